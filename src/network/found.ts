import { readFileSync } from 'node:fs';
import {
  type AnySubnet,
  familyOf,
  formatSubnet,
  formatSubnet6,
  parseInterfaceAddress,
  parseInterfaceAddress6,
  parseSubnet,
} from '../address/index.js';
import { newError } from '../errors/index.js';
import { chooseSubnets, type DefaultPool, nameserverRanges } from '../ipam/index.js';
import { type NetworkRecord, overlappingSubnet, type SubnetRecord, type Tables } from '../store/index.js';
import type { Draft, Driver, DriverContext, Foundation } from './driver.js';
import type { HostRanges } from './host-ranges.js';

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
  ranges: HostRanges,
): Promise<(tables: Tables) => NetworkRecord> {
  const { draft, driver, recorded } = wish;
  const foundation = await driver.found(draft, context);
  const asked = askedFor(wish, foundation);
  // Only what is chosen has to keep out of the host's way.
  const taken = isComplete(asked) ? [] : [...(await ranges.read()), ...hostNameservers()];
  return (tables) => {
    checkInterface(foundation, tables);
    const others = (subnet: AnySubnet) => overlappingSubnet(tables, subnet);
    const subnets = chooseSubnets(asked, { network: draft.name, pools, taken, others, after: lastChosen(tables) });
    noteChosen(tables, asked.subnets, subnets);
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
  // Of several addresses in one subnet the first is the gateway.
  const own = addresses
    .map(readAddress)
    .filter(({ isIpv6 }) => ipv6 || !isIpv6)
    .filter(({ subnet }, i, all) => all.findIndex((other) => other.subnet === subnet) === i);
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

/** Two networks on one link would take each other for foreign. (A macvlan's parent, which is not ours, can carry several.) */
function checkInterface({ interface: name }: Foundation, { interfaces, networks }: Tables): void {
  const holder = name === undefined ? undefined : interfaces.get(name);
  if (name !== undefined && holder !== undefined) {
    throw newError('ENAMEINUSE', { kind: 'interface', name, id: networks.get(holder)?.name ?? holder });
  }
}

/** Counts how far the pools have given out subnets of IPv4: the first address of the last one. */
const lastSubnet = 'lastSubnet';

function lastChosen({ counters }: Tables): AnySubnet | undefined {
  const network = counters.get(lastSubnet);
  return network === undefined ? undefined : { family: 4, subnet: { network, prefix: 32 } };
}

function noteChosen({ counters }: Tables, asked: readonly string[], subnets: readonly SubnetRecord[]): void {
  const chosen = subnets.find(({ subnet }) => familyOf(subnet) === 4 && !asked.includes(subnet));
  if (chosen) {
    counters.putSync(lastSubnet, parseSubnet(chosen.subnet).network);
  }
}

function isComplete({ subnets, ipv6 }: { readonly subnets: readonly string[]; readonly ipv6: boolean }): boolean {
  return [4, ...(ipv6 ? [6] : [])].every((family) => subnets.some((subnet) => familyOf(subnet) === family));
}

/** In gateway mode `isolated` not even the host has an address in the network. */
function withoutGateway({ gateway, ...subnet }: SubnetRecord, { options }: Draft): SubnetRecord {
  const mode = subnet.subnet.includes(':') ? options.gatewayModeIpv6 : options.gatewayModeIpv4;
  return mode === 'isolated' || gateway === undefined ? subnet : { ...subnet, gateway };
}
