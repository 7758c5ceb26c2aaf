import { familyOf, formatIpv4, formatSubnet, newId, parseInterfaceAddress } from '../address/index.js';
import { attemptAsync, NetplumbError, newError } from '../errors/index.js';
import type { DefaultPool } from '../ipam/index.js';
import type { NetworkRecord } from '../store/index.js';
import { defaultBridge, defaultNetworkName, defaultOptions } from './builtin.js';
import type { DriverContext, Settings } from './driver.js';
import { driverOf } from './drivers/index.js';
import type { NetworkWish } from './found.js';
import { recordedOptions } from './options.js';

/** What the host's options say about its networks. */
export interface DefaultNetworkOptions {
  /** An existing bridge to use as it is. */
  readonly bridge?: string | undefined;
  /** Address and prefix of the bridge that is made: `172.17.0.1/16`. */
  readonly bip?: string | undefined;
  /** Where its endpoints' addresses come from: a part of its subnet. */
  readonly fixedCidr?: string | undefined;
  readonly ipv6?: boolean | undefined;
  /** Its IPv6 subnet. */
  readonly fixedCidrV6?: string | undefined;
  /** In bytes; if not given, the bridge's: a port with less would change a bridge that is not ours (br_mtu_auto_adjust). */
  readonly mtu?: number | undefined;
  /** If they are not the bridge. */
  readonly defaultGateway?: string | undefined;
  readonly defaultGatewayV6?: string | undefined;
  /** Whether its endpoints may talk to each other. */
  readonly icc?: boolean | undefined;
  /** Whether what leaves it bears the host's address. */
  readonly ipMasq?: boolean | undefined;
  /** Where published ports listen. */
  readonly ip?: string | undefined;
  /** Who guards the host: with `none`, which is the default, no interface is opened to what only rules keep out. */
  readonly firewall?: string | undefined;
  /** Where subnets come from that nobody names. */
  readonly pools: readonly DefaultPool[];
}

const usualMtu = 1500;

/** What the host's options say about a network. */
export function settingsOf(
  { mtu, defaultGateway, defaultGatewayV6: defaultGateway6, firewall = 'none' }: DefaultNetworkOptions,
  isDefault: boolean,
): Omit<Settings, 'guardSegment'> {
  const guard = { firewall: firewall !== 'none' };
  return isDefault ? { ...guard, mtu, defaultGateway, defaultGateway6 } : guard;
}

/**
 * The default network as it is to be made, from the host's options; its record, if `found` has it by now. Throws ENOBRIDGE for an
 * existing bridge that does not exist, EBRIDGEFOREIGN for somebody else's `netplumb0`.
 */
export async function defaultWish(
  options: DefaultNetworkOptions,
  context: DriverContext,
  found: () => NetworkRecord | undefined,
): Promise<NetworkWish | NetworkRecord> {
  const { bridge, bip, fixedCidr, fixedCidrV6, ipv6 = false } = options;
  const name = bridge ?? defaultBridge;
  const driver = driverOf('bridge');
  const draft = { id: newId(), name: defaultNetworkName, internal: false, options: { bridgeName: name } };
  const foundation = await attemptAsync(() => driver.found(draft, context));
  // It may be one that another process has recorded since we looked, and has made or is just making.
  const record = found();
  if (record) {
    return record;
  }
  if (foundation instanceof Error) {
    const isBare = foundation instanceof NetplumbError && foundation.code === 'EBRIDGENOADDR';
    throw isBare && bridge === undefined ? newError('EBRIDGEFOREIGN', { bridge: name }) : foundation;
  }
  const isThere = foundation.addresses !== undefined || !foundation.ours;
  if (bridge !== undefined && !isThere) {
    throw newError('ENOBRIDGE', { bridge });
  }
  if (bridge === undefined && isThere && !foundation.ours) {
    throw newError('EBRIDGEFOREIGN', { bridge: name });
  }
  // A bridge that was named is used as it is, even if we have made it for another network.
  const own = { ...foundation, ours: foundation.ours && bridge === undefined };
  const own4 = bip === undefined ? undefined : parseInterfaceAddress(bip);
  // Without an address for the bridge the part that addresses come from is all there is, as in Docker.
  const subnet4 = own4 ? formatSubnet(own4.subnet) : fixedCidr;
  return {
    draft,
    driver: { ...driver, found: async () => own },
    recorded: {
      attachable: false,
      ipv6,
      options: defaultOptions(name, { ...options, mtu: options.mtu ?? (isThere ? undefined : usualMtu) }),
      labels: {},
    },
    subnets: isThere ? [] : [subnet4, ipv6 ? fixedCidrV6 : undefined].filter((subnet) => subnet !== undefined),
    gateways: isThere || !own4 ? [] : [formatIpv4(own4.address)],
    ranges: fixedCidr === undefined ? [] : [fixedCidr],
    auxiliary: {},
  };
}

/** What was asked for now must be what there is: sandboxes may be using it. Throws EBADOPTION. */
export function checkDefaultOptions(record: NetworkRecord, options: DefaultNetworkOptions): void {
  const first = record.subnets[0];
  const second = record.subnets.find(({ subnet }) => familyOf(subnet) === 6);
  const { enableIcc, enableIpMasquerade, hostBindingIpv4 } = recordedOptions(record.options);
  const is = {
    bridge: record.interface,
    bip: `${first?.gateway}/${first?.subnet.split('/')[1]}`,
    fixedCidr: first?.range ?? first?.subnet,
    ipv6: record.ipv6,
    fixedCidrV6: second?.subnet,
    icc: enableIcc,
    ipMasq: enableIpMasquerade,
    ip: hostBindingIpv4,
  };
  for (const option of ['bridge', 'bip', 'fixedCidr', 'ipv6', 'fixedCidrV6', 'icc', 'ipMasq', 'ip'] as const) {
    const asked = options[option];
    if (asked !== undefined && asked !== is[option]) {
      const reason = `the default network exists already and has ${is[option] ?? 'none'}; options cannot change it`;
      throw newError('EBADOPTION', { option, value: asked, reason });
    }
  }
}
