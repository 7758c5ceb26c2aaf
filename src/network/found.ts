import { readFileSync } from 'node:fs';
import {
  type AnySubnet,
  formatSubnet,
  formatSubnet6,
  parseInterfaceAddress,
  parseInterfaceAddress6,
} from '../address/index.js';
import { newError } from '../errors/index.js';
import { chooseSubnets, type DefaultPool, nameserverRanges } from '../ipam/index.js';
import { allNetworks, type NetworkRecord, type SubnetRecord, type Tables } from '../store/index.js';
import type { Draft, Driver, DriverContext, Foundation } from './driver.js';
import { hostRanges } from './host-ranges.js';

/** A network that is to be put on record. */
export interface NetworkWish {
  readonly draft: Draft;
  readonly driver: Driver;
  readonly recorded: Pick<NetworkRecord, 'attachable' | 'ipv6' | 'options' | 'labels'>;
  readonly subnets: readonly string[];
  readonly gateways: readonly string[];
  readonly ranges: readonly string[];
  readonly auxiliary: Readonly<Record<string, string>>;
}

/**
 * Looks at the host for what a network will be built on and which ranges are taken. What it returns writes the record, in a
 * transaction: which subnets are free is decided there, so that two networks never get the same one.
 */
export async function foundNetwork(
  wish: NetworkWish,
  pools: readonly DefaultPool[],
  context: DriverContext,
): Promise<(tables: Tables) => NetworkRecord> {
  const { draft, driver, recorded } = wish;
  const foundation = await driver.found(draft, context);
  const taken = [...(await hostRanges(context.connection)), ...hostNameservers()];
  const asked = askedFor(wish, foundation);
  return (tables) => {
    const others = allNetworks(tables);
    checkInterface(foundation, others);
    const subnets = chooseSubnets(asked, { network: draft.name, pools, taken, others });
    return {
      ...recorded,
      id: draft.id,
      name: draft.name,
      driver: driver.name,
      created: Date.now(),
      internal: draft.internal || (foundation.internal ?? false),
      subnets: subnets.map((subnet) => withoutGateway(subnet, draft)),
      ...(foundation.interface !== undefined && { interface: foundation.interface }),
      ours: foundation.ours,
    };
  };
}

/** Name servers of the host must stay in reach: their addresses are not given away. */
function hostNameservers(): AnySubnet[] {
  try {
    return nameserverRanges(readFileSync('/etc/resolv.conf', 'utf8'));
  } catch {
    // A host without the file has none.
    return [];
  }
}

/** A link that is there already decides: the network has its addresses' subnets, and they are the gateways. */
function askedFor(wish: NetworkWish, { interface: name = '', addresses }: Foundation) {
  const { subnets, gateways, ranges, auxiliary, recorded, draft } = wish;
  const { ipv6 } = recorded;
  if (addresses === undefined) {
    return { subnets, gateways, ranges, auxiliary, ipv6 };
  }
  const own = addresses.map(readAddress).filter(({ isIpv6 }) => ipv6 || !isIpv6);
  const given = [...subnets.filter((text) => !own.some(({ subnet }) => subnet === text))];
  const [other = gateways.find((text) => !own.some(({ address }) => address === text))] = given;
  if (other !== undefined) {
    const reason = `interface ${name} exists already and has ${addresses.join(', ')}`;
    throw newError('EBADOPTION', { option: given.length > 0 ? 'subnet' : 'gateway', value: other, reason });
  }
  if (!own.some(({ isIpv6 }) => !isIpv6)) {
    throw newError('EBRIDGENOADDR', { bridge: name }, { cause: draft.name });
  }
  return {
    subnets: own.map(({ subnet }) => subnet),
    gateways: own.map(({ address }) => address),
    ranges,
    auxiliary,
    ipv6,
  };
}

function readAddress(text: string) {
  const address = text.split('/')[0] ?? '';
  return text.includes(':')
    ? { address, isIpv6: true, subnet: formatSubnet6(parseInterfaceAddress6(text).subnet) }
    : { address, isIpv6: false, subnet: formatSubnet(parseInterfaceAddress(text).subnet) };
}

/** Two networks on one link would take each other for foreign. A macvlan's parent can carry several. */
function checkInterface({ interface: name, ours }: Foundation, others: readonly NetworkRecord[]): void {
  const holder = others.find((other) => other.interface === name && name !== undefined && (ours || other.ours));
  if (holder) {
    throw newError('ENAMEINUSE', { kind: 'interface', name: name ?? '', id: holder.name });
  }
}

/** In gateway mode `isolated` not even the host has an address in the network. */
function withoutGateway({ gateway, ...subnet }: SubnetRecord, { options }: Draft): SubnetRecord {
  const mode = subnet.subnet.includes(':') ? options.gatewayModeIpv6 : options.gatewayModeIpv4;
  return mode === 'isolated' || gateway === undefined ? subnet : { ...subnet, gateway };
}
