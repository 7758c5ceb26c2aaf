import { familyOf, linkLocalFromMac, macFromIpv4, parseIpv4 } from '../../address/index.js';
import { newError } from '../../errors/index.js';
import {
  type Address,
  type Connection,
  type Link,
  listAddresses,
  newAddress,
  newLink,
  type Sysctl,
  setLink,
} from '../../netlink/index.js';
import type { NetworkRecord, SubnetRecord } from '../../store/index.js';
import type { DriverContext } from '../driver.js';
import { interfaceAddress, routelessAddress } from '../interface-address.js';
import { formatMark, isMarkOf, parseMark } from '../ownership.js';
import { findLink, unlessThere } from './links.js';

/** A bridge's link; nothing when there is none of that name. Throws ENOTBRIDGE. */
export async function findBridge(connection: Connection, name: string): Promise<Link | undefined> {
  const link = await findLink(connection, name);
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
export const bridgeOptions = { stpState: 0, multicastSnooping: 0 };

/** In bytes, when none is asked for. */
const usualMtu = 1500;

/** What a bridge of ours is to be like, beyond the record. */
export interface BridgeWish {
  /** In bytes. */
  readonly mtu: number | undefined;
  /** Its ports are isolated, so that packets come back by the bridge by which they came. */
  readonly isApart: boolean;
  /** What comes from the host's loopback addresses passes it, and from there comes nothing: rules see to that. */
  readonly isOpenToLoopback: boolean;
}

/**
 * Brings the bridge of a network of ours into the state that its record describes, wherever it got stuck or was damaged, and
 * returns its link. Two processes may do so at once. The caller has made sure, before the record was written, that no such
 * bridge was there. Throws EBRIDGEOWNER.
 */
export async function setUpBridge(
  { connection, directory }: DriverContext,
  record: NetworkRecord,
  wish: BridgeWish,
): Promise<Link> {
  const { mtu } = wish;
  const name = record.interface ?? '';
  // A fixed address: otherwise the bridge takes the lowest of its ports', and changes it as they come and go.
  const address = bridgeMac(record);
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
  const alias = formatMark({ kind: 'network', id: record.id, name: record.name }, directory);
  // One that bears its mark has been finished before, with an MTU that somebody may have asked for.
  const wanted = mtu ?? (mark ? link.mtu : usualMtu);
  await connection.request(setLink({ index, mtu: wanted, alias }), { object: name });
  const isIpv6 = speaksIpv6(record.subnets);
  await connection.sysctl([...quietIpv6(name, isIpv6), ...ipv4Sysctls(name, wish)]);
  if (isIpv6) {
    const own = routelessAddress(index, linkLocalFromMac(address), 128);
    await unlessThere(connection.request(newAddress(own), { object: name }));
  }
  for (const { subnet, gateway } of record.subnets) {
    if (gateway !== undefined) {
      const prefixLength = Number(subnet.split('/')[1]);
      await unlessThere(
        connection.request(newAddress(interfaceAddress(index, gateway, prefixLength)), { object: name }),
      );
    }
  }
  await connection.request(setLink({ index, up: true }), { object: name });
  return { ...link, mtu: wanted };
}

/** The addresses with prefix lengths that an existing link has, for a network to be built on it; no link-local ones. */
export async function addressesOf(connection: Connection, { index }: Link): Promise<string[]> {
  const addresses = await connection.list<Address>(listAddresses({ index }));
  return addresses.flatMap(({ local, address = local, prefixLength }) => {
    const own = local ?? address;
    return own === undefined || own.startsWith('fe80:') ? [] : [`${own}/${prefixLength}`];
  });
}

/** Whether the host has IPv6 on the bridge of a network of ours. */
export function speaksIpv6(subnets: readonly SubnetRecord[]): boolean {
  return subnets.some(({ gateway }) => gateway?.includes(':'));
}

/** The MAC address that a bridge of ours has: as Docker's, from its IPv4 address. */
export function bridgeMac({ subnets }: NetworkRecord): string {
  const { subnet = '', gateway = subnet.split('/')[0] ?? '' } = subnets.find((one) => familyOf(one.subnet) === 4) ?? {};
  return macFromIpv4(parseIpv4(gateway));
}

/**
 * Nobody on the network may give the host a default route or an address, and an interface of an IPv4 network has nothing to
 * say in IPv6. Where IPv6 is used, addresses are ours to give out: the kernel makes none (addr_gen_mode 1 is
 * IN6_ADDR_GEN_MODE_NONE). A link-local one there has to be: for packets of others the kernel asks who has their destination
 * only in its name (ndisc_send_ns in net/ipv6/ndisc.c). Given before there are ports, it is announced to nobody, and without a
 * route of its own it is not one more of those that all bridges' would share.
 */
export function quietIpv6(name: string, isUsed: boolean): Sysctl[] {
  const own = (key: string, value: string) => ({ path: `ipv6/conf/${name}/${key}`, value, optional: true });
  return [
    own('accept_ra', '0'),
    ...(isUsed ? [own('addr_gen_mode', '1'), own('disable_ipv6', '0')] : [own('disable_ipv6', '1')]),
  ];
}

/**
 * Endpoints that talk to each other through the host are not to be told of a shorter way, which there is not; of an interface's
 * own setting and that of all, either is enough to do so (ip-sysctl.rst, send_redirects). That of all adds nothing to what
 * interfaces say of themselves, and they have 1 from the start.
 */
function ipv4Sysctls(name: string, { isApart, isOpenToLoopback }: BridgeWish): Sysctl[] {
  return [
    ...(isApart ? ['all', name].map((one) => ({ path: `ipv4/conf/${one}/send_redirects`, value: '0' })) : []),
    ...(isOpenToLoopback ? [{ path: `ipv4/conf/${name}/route_localnet`, value: '1' }] : []),
  ];
}
