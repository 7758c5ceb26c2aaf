import { formatAnySubnet, parseIpv4, parseIpv6, subnetOf, subnetOf6 } from '../../../address/index.js';
import {
  type Address,
  AF_INET,
  AF_INET6,
  type Chain,
  type Connection,
  IFF_UP,
  type Link,
  listAddresses,
  listChains,
  listLinks,
  listRoutes,
  type Route,
  RouteType,
} from '../../../netlink/index.js';
import { isMarkOf, parseMark } from '../../../network/index.js';
import type { LinkFacts, NamespaceFacts, RangeFacts } from '../facts.js';

/** What is read below /proc/sys/net. */
const parameters = [
  'ipv4/ip_forward',
  'ipv4/conf/all/rp_filter',
  'ipv4/conf/default/rp_filter',
  'ipv6/conf/all/forwarding',
  'ipv6/conf/all/disable_ipv6',
  'bridge/bridge-nf-call-iptables',
  'bridge/bridge-nf-call-ip6tables',
  'netfilter/nf_conntrack_count',
  'netfilter/nf_conntrack_max',
] as const;

/** Looks at the host's namespace. `directory`: the run directory, whose mark is ours. Throws what the kernel refuses. */
export async function gatherNamespace(connection: Connection, directory: string): Promise<NamespaceFacts> {
  const links = await connection.list<Link>(listLinks());
  const [sysctls, ranges, chains, legacyTables] = await Promise.all([
    readParameters(connection),
    listRanges(connection, links),
    listedChains(connection),
    readLegacyTables(connection),
  ]);
  return {
    sysctls,
    links: links.map((link) => linkFacts(link, directory)),
    ranges,
    ...(chains && { chains }),
    legacyTables,
  };
}

async function readParameters(connection: Connection): Promise<Record<string, string>> {
  const texts = await connection.readFiles(parameters.map((path) => `sys/net/${path}`));
  return Object.fromEntries(parameters.flatMap((path, i) => (texts[i] === undefined ? [] : [[path, texts[i]]])));
}

function linkFacts({ index, name, info, master, flags, alias }: Link, directory: string): LinkFacts {
  const mark = parseMark(alias);
  return {
    index,
    name,
    isUp: (flags & IFF_UP) !== 0,
    ...(info?.kind !== undefined && { kind: info.kind }),
    ...(master !== undefined && { master }),
    ...(mark && { owner: { ...mark, isOurs: isMarkOf(mark, directory) } }),
  };
}

/** Addresses and routes, but for the default route and the ranges that every interface has. */
async function listRanges(connection: Connection, links: readonly Link[]): Promise<RangeFacts[]> {
  const names = new Map(links.map(({ index, name }) => [index, name]));
  const [addresses, ...routes] = await Promise.all([
    connection.list<Address>(listAddresses()),
    connection.list<Route>(listRoutes({ family: AF_INET })),
    connection.list<Route>(listRoutes({ family: AF_INET6 })),
  ]);
  const found = [
    ...addresses.map(({ family, local, address = local, prefixLength, index }) => ({
      range: rangeOf(family, local ?? address, prefixLength),
      interface: names.get(index),
    })),
    ...routes.flat().map(({ family, dst, dstLength, oif, type }) => ({
      range: dstLength && type === RouteType.unicast ? rangeOf(family, dst, dstLength) : undefined,
      interface: names.get(oif ?? 0),
    })),
  ];
  const unique = new Map(found.map((one) => [`${one.range} ${one.interface}`, one]));
  return [...unique.values()].flatMap(({ range, interface: name }) =>
    range !== undefined && name !== undefined ? [{ range, interface: name }] : [],
  );
}

/** Nothing for link-local, multicast and loopback addresses. */
function rangeOf(family: number, address: string | undefined, prefix: number): string | undefined {
  if (address === undefined || /^(fe[89ab]|ff|::1$|127\.|169\.254\.|22[4-9]\.|23\d\.)/.test(address)) {
    return undefined;
  }
  return family === AF_INET
    ? formatAnySubnet({ family: 4, subnet: subnetOf(parseIpv4(address), prefix) })
    : formatAnySubnet({ family: 6, subnet: subnetOf6(parseIpv6(address), prefix) });
}

async function listedChains(connection: Connection): Promise<NamespaceFacts['chains']> {
  try {
    return await connection.list<Chain>(listChains());
  } catch (error) {
    // No nfnetlink (the socket), no nf_tables in it (the request).
    const { code } = error as { code?: string };
    return code === 'EPROTONOSUPPORT' || code === 'EINVAL' || code === 'EOPNOTSUPP' ? 'unsupported' : undefined;
  }
}

/** Each appears once it was used in the namespace. */
async function readLegacyTables(connection: Connection): Promise<string[]> {
  const texts = await connection.readFiles(['net/ip_tables_names', 'net/ip6_tables_names']);
  return [...new Set(texts.flatMap((text) => text?.split('\n') ?? []))].filter((name) => name !== '').sort();
}
