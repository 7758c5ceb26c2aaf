import {
  formatIpv4,
  type InterfaceAddress,
  lastAddress,
  macFromIpv4,
  parseInterfaceAddress,
  parseIpv4,
  parseSubnet,
  type Subnet,
  subnetOf,
} from '../address/index.js';
import { NetplumbError, newError } from '../errors/index.js';
import {
  type Address,
  AF_INET,
  type Connection,
  getLink,
  type Link,
  listAddresses,
  listRoutes,
  newAddress,
  newLink,
  type Route,
  setLink,
} from '../netlink/index.js';
import type { NetworkRecord } from '../store/index.js';
import { formatMark, isMarkOf, parseMark } from './ownership.js';

/** A bridge's link; nothing when there is none of that name. Throws ENOTBRIDGE. */
export async function findBridge(connection: Connection, name: string): Promise<Link | undefined> {
  const link = await ifThere(connection.request<Link>(getLink({ name }), { object: name }));
  if (link && link.info?.kind !== 'bridge') {
    throw newError('ENOTBRIDGE', { interface: name });
  }
  return link;
}

/**
 * No multicast snooping:
 * nothing on such a bridge sends the queries that it needs, so that multicast would go to every port all the same, but
 * each event of a port would make the kernel visit all others (net/bridge/br_stp.c, br_port_state_selection).
 */
const bridgeOptions = { stpState: 0, multicastSnooping: 0 };

/** In bytes, when none is asked for. */
const usualMtu = 1500;

/**
 * Brings the bridge of a network of ours into the state that its record describes, wherever it got stuck or was damaged,
 * with `mtu` if one was asked for, and returns its link. Two processes may do so at once. The caller has made sure, before
 * the record was written, that no such bridge was there. Throws EBRIDGEOWNER.
 */
export async function setUpBridge(
  connection: Connection,
  record: NetworkRecord,
  directory: string,
  mtu: number | undefined,
): Promise<Link> {
  const { bridge: name } = record;
  const gateway = parseIpv4(record.gateway);
  // A fixed address: otherwise the bridge takes the lowest of its ports', and changes it as they come and go.
  const address = macFromIpv4(gateway);
  // Made with the neighbouring MTU: only one that was changed afterwards stays; otherwise the kernel walks all ports at
  // each new one to find the lowest (net/bridge/br_if.c, br_mtu_auto_adjust).
  const first = (mtu ?? usualMtu) ^ 1;
  const settings = { name, address, mtu: first, info: { kind: 'bridge' as const, data: bridgeOptions } };
  await unlessThere(connection.request(newLink(settings), { object: name }));
  const link = await findBridge(connection, name);
  if (!link) {
    throw newError('ENOBRIDGE', { bridge: name });
  }
  const mark = parseMark(link.alias);
  if (mark && !isMarkOf(mark, directory)) {
    throw newError('EBRIDGEOWNER', { bridge: name, directory: mark.directory });
  }
  const { index } = link;
  const alias = formatMark('network', record.id, directory);
  // One that bears its mark has been finished before, with an MTU that somebody may have asked for.
  const wanted = mtu ?? (mark ? link.mtu : usualMtu);
  await connection.request(setLink({ index, mtu: wanted, alias }), { object: name });
  await connection.sysctl([
    // A container must not be able to give the host a default route.
    { path: `ipv6/conf/${name}/accept_ra`, value: '0', optional: true },
    { path: `ipv6/conf/${name}/disable_ipv6`, value: '1', optional: true },
  ]);
  await unlessThere(connection.request(newAddress(addressOf(record, index)), { object: name }));
  await connection.request(setLink({ index, up: true }), { object: name });
  return { ...link, mtu: wanted };
}

/** The IPv4 address that an existing bridge has, for a network to be built on it. Throws EBRIDGENOADDR. */
export async function addressOfBridge(connection: Connection, link: Link): Promise<InterfaceAddress> {
  const addresses = await connection.list<Address>(listAddresses({ family: AF_INET, index: link.index }));
  const first = addresses.find(({ local }) => local !== undefined);
  if (!first) {
    throw newError('EBRIDGENOADDR', { bridge: link.name });
  }
  return parseInterfaceAddress(`${first.local}/${first.prefixLength}`);
}

/**
 * Every range that the host has an address in or a route to, in any table, but for the default route. (Asking for one table
 * would be refused as long as it has no route.)
 */
export async function hostRanges(connection: Connection): Promise<Subnet[]> {
  const [routes, addresses] = await Promise.all([
    connection.list<Route>(listRoutes({ family: AF_INET })),
    connection.list<Address>(listAddresses({ family: AF_INET })),
  ]);
  return [
    ...routes.flatMap(({ dst, dstLength }) => (dst && dstLength ? [parseSubnet(`${dst}/${dstLength}`)] : [])),
    ...addresses.flatMap(({ local, prefixLength }) => (local ? [subnetOf(parseIpv4(local), prefixLength)] : [])),
  ];
}

function addressOf(record: NetworkRecord, index: number): Address {
  const subnet = parseSubnet(record.subnet);
  const broadcast = subnet.prefix < 31 ? { broadcast: formatIpv4(lastAddress(subnet)) } : {};
  const own = { local: record.gateway, address: record.gateway };
  return { family: AF_INET, index, prefixLength: subnet.prefix, ...own, ...broadcast };
}

/** The result, or nothing when what it is about does not exist. */
async function ifThere<Result>(work: Promise<Result>): Promise<Result | undefined> {
  return work.catch((error) => {
    if (error instanceof NetplumbError && error.code === 'ENODEV') {
      return undefined;
    }
    throw error;
  });
}

/** Done, or done already by someone else. */
async function unlessThere(work: Promise<unknown>): Promise<void> {
  await work.catch((error) => {
    if (!(error instanceof NetplumbError && error.code === 'EEXIST')) {
      throw error;
    }
  });
}
