import {
  anyContains,
  familyOf,
  formatSubnet,
  formatSubnet6,
  newId,
  parseAnySubnet,
  parseInterfaceAddress,
  parseInterfaceAddress6,
  shortId,
} from '../../address/index.js';
import { attempt } from '../../errors/index.js';
import { type Address, AF_INET, AF_INET6, type Link, portOptions } from '../../netlink/index.js';
import { defaultBridge, defaultNetworkName, defaultOptions } from '../../network/builtin.js';
import { isMarkOf, type Mark, parseMark } from '../../network/index.js';
import type { NetworkRecord, SubnetRecord } from '../../store/index.js';
import { isWayOut, type KnownNetworks, ownAddress, subnetWith } from './endpoint.js';
import type { Found, FoundInterface } from './look.js';
import type { RecordOptions } from './record.js';

/**
 * Networks of bridges that have sandboxes, or are ours and the default one, but are not on record: as much of them as their bridges
 * and their sandboxes' interfaces tell.
 */
export function lostNetworks(found: Found, known: KnownNetworks, options: RecordOptions): NetworkRecord[] {
  const strangers = found.sandboxes
    .flatMap(({ interfaces }) => interfaces)
    .filter(({ hostEnd, addresses }) => hostEnd && !addresses.some((one) => subnetWith(known, ownAddress(one))));
  const bridges = found.links.filter(({ info }) => info?.kind === 'bridge');
  const marked = bridges.flatMap((link): NetworkRecord[] => {
    const mark = parseMark(link.alias);
    if (mark?.kind !== 'network' || !isMarkOf(mark, options.directory) || known.byId.has(mark.id)) {
      return [];
    }
    const ports = [...portsOf(link, strangers), ...strangers.filter(({ segment }) => segment?.network === mark.id)];
    // One that no sandbox uses may have been on the way out.
    return mark.name === defaultNetworkName || ports.length > 0
      ? describe(found, link, ports, { mark, ...options })
      : [];
  });
  const all = [...known.byId.values(), ...marked];
  const complete = all.some(({ name }) => name === defaultNetworkName)
    ? marked
    : [...marked, ...lostDefault(found, strangers, bridges, all, options)];
  return complete.map((record) => (record.name === defaultNetworkName ? withRange(record, options) : record));
}

function portsOf({ index }: Link, interfaces: readonly FoundInterface[]): FoundInterface[] {
  return interfaces.filter(({ hostEnd }) => hostEnd?.master === index);
}

/** The default network, when its bridge is not ours, or gone as well. */
function lostDefault(
  found: Found,
  strangers: readonly FoundInterface[],
  bridges: readonly Link[],
  others: readonly NetworkRecord[],
  options: RecordOptions,
): NetworkRecord[] {
  const taken = new Set(others.map((record) => record.interface));
  const isForeign = (link: Link) => parseMark(link.alias) === undefined && !taken.has(link.name);
  const foreign = bridges.find((link) => isForeign(link) && portsOf(link, strangers).length > 0);
  if (foreign) {
    return describe(found, foreign, portsOf(foreign, strangers), options);
  }
  // Endpoints of routed networks never had a bridge; they are alone in their subnets.
  const loose = strangers.filter(
    ({ hostEnd, addresses }) =>
      hostEnd?.master === undefined &&
      addresses.some(({ family, prefixLength }) => family === AF_INET && prefixLength < 32),
  );
  return loose.length === 0 ? [] : describe(found, undefined, loose, options);
}

/** What the host's options say about the addresses that are given out counts now, as it did then. */
function withRange(record: NetworkRecord, { defaults: { fixedCidr } }: RecordOptions): NetworkRecord {
  if (fixedCidr === undefined) {
    return record;
  }
  const { subnet: range } = parseAnySubnet(fixedCidr);
  const holds = (subnet: string) => {
    const whole = parseAnySubnet(subnet);
    return anyContains(whole, fixedCidr.split('/')[0] ?? '') && range.prefix >= whole.subnet.prefix;
  };
  const subnets = record.subnets.map((one) => (holds(one.subnet) ? { ...one, range: fixedCidr } : one));
  return { ...record, subnets };
}

/** Nothing when there is not even an IPv4 subnet to be seen. */
function describe(
  { addresses }: Found,
  link: Link | undefined,
  ports: readonly FoundInterface[],
  { mark, defaults }: RecordOptions & { readonly mark?: Mark },
): NetworkRecord[] {
  const own = addresses.filter(({ index }) => index === link?.index);
  const subnets = subnetsOf(own, ports, mark !== undefined);
  if (!subnets.some(({ subnet }) => familyOf(subnet) === 4)) {
    return [];
  }
  const { name = defaultBridge } = link ?? {};
  const { id, name: network } = mark ?? { id: newId(), name: defaultNetworkName };
  const isDefault = network === defaultNetworkName;
  const hasOwnName = name !== `br-${shortId(id)}`;
  const isApart = ports.some(isIsolated);
  const options: NetworkRecord['options'] = {
    ...(hasOwnName && { 'com.docker.network.bridge.name': name }),
    ...(isApart && { 'com.docker.network.bridge.enable_icc': 'false' }),
  };
  const icc = isApart ? false : defaults.icc;
  const record: NetworkRecord = {
    id,
    name: network,
    driver: 'bridge',
    created: Date.now(),
    internal: !isDefault && isInternal(ports),
    attachable: false,
    ipv6: subnets.some(({ subnet }) => familyOf(subnet) === 6),
    subnets,
    options: isDefault ? defaultOptions(name, { ...defaults, icc, mtu: defaults.mtu ?? (mark && link?.mtu) }) : options,
    labels: {},
    interface: name,
    ours: link === undefined || mark !== undefined,
  };
  return [record];
}

/**
 * The bridge's addresses with their subnets, and the subnets of its ports that are in none of them: they have no gateway, or lost
 * it. That somebody else's bridge has IPv6 does not mean that the network has.
 */
function subnetsOf(own: readonly Address[], ports: readonly FoundInterface[], isOurs: boolean): SubnetRecord[] {
  const subnets = new Map<string, SubnetRecord>();
  const add = (one: Address, gateway: string | undefined) => {
    const subnet = attempt(() => subnetOfInterface(`${ownAddress(one)}/${one.prefixLength}`));
    if (!(subnet instanceof Error) && !subnets.has(subnet)) {
      subnets.set(subnet, { subnet, ...(gateway !== undefined && { gateway }) });
    }
  };
  const global = ({ addresses }: Pick<FoundInterface, 'addresses'>, wanted: number) =>
    addresses.filter((one) => one.family === wanted && !ownAddress(one).startsWith('fe80:'));
  for (const family of [AF_INET, AF_INET6]) {
    const isUsed = isOurs || ports.some((port) => global(port, family).length > 0);
    for (const one of isUsed ? global({ addresses: own }, family) : []) {
      add(one, ownAddress(one));
    }
    for (const port of ports) {
      const [first, ...others] = global(port, family);
      const ranges = [...subnets.keys()].map(parseAnySubnet);
      if (first && ![first, ...others].some((one) => ranges.some((range) => anyContains(range, ownAddress(one))))) {
        add(first, port.routes.find((route) => route.family === family && route.gateway !== undefined)?.gateway);
      }
    }
  }
  return [...subnets.values()];
}

function subnetOfInterface(text: string): string {
  return text.includes(':')
    ? formatSubnet6(parseInterfaceAddress6(text).subnet)
    : formatSubnet(parseInterfaceAddress(text).subnet);
}

/** Who was kept from its neighbours stays so. */
function isIsolated({ hostEnd }: FoundInterface): boolean {
  return hostEnd !== undefined && portOptions(hostEnd, 'bridge')?.isolated === 1;
}

/** A sandbox that is in no other network has a way out, unless the network has none. */
function isInternal(ports: readonly FoundInterface[]): boolean {
  return !ports.some((port) => isWayOut(port, AF_INET) || isWayOut(port, AF_INET6));
}
