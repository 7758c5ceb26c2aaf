import {
  contains,
  contains6,
  type Family,
  firstUsable,
  formatIpv4,
  formatIpv6,
  type Ipv6,
  lastAddress,
  lastAddress6,
  lastUsable,
  parseAnySubnet,
  parseIpv4,
  parseIpv6,
  type Subnet,
  type Subnet6,
} from '../address/index.js';
import type { NetworkRecord, SubnetRecord } from '../store/index.js';
import type { Slot } from './tables.js';

interface AnyPool {
  /** Of its records; the pools of one network and family have one key and one queue. */
  readonly key: string;
  /** The network's name, for messages. */
  readonly network: string;
  /** NETWORK/PREFIX. */
  readonly subnet: string;
  readonly prefixLength: number;
  readonly gateway: string | undefined;
  /** What is given out in turn, for messages: the subnet, or the range in it. */
  readonly range: string;
  /** The first that is given out in turn: for IPv4 the address, for IPv6 its distance from `base`. */
  readonly first: number;
  /** The last that is given out in turn; the one before `first` if none is. */
  readonly last: number;
}

export interface Pool4 extends AnyPool {
  readonly family: 4;
  readonly bounds: Subnet;
}

export interface Pool6 extends AnyPool {
  readonly family: 6;
  readonly bounds: Subnet6;
  readonly base: Ipv6;
}

/** One subnet's addresses as they are given out. */
export type Pool = Pool4 | Pool6;

/** As many are given out in turn at most: more than anybody uses up, and sums of it are still exact. */
const maxSize = 2 ** 48;

/** A network as far as its addresses are concerned. */
export type Subnetted = Pick<NetworkRecord, 'id' | 'name' | 'subnets'>;

/** The pools of a network, one for each subnet, in its order. Pure; to be called once for a network, not for each lease. */
export function poolsOf(record: Subnetted): Pool[] {
  return record.subnets.map((subnet) => poolOf(record, subnet));
}

function poolOf({ id, name }: Subnetted, { subnet, gateway, range = subnet }: SubnetRecord): Pool {
  const bounds = parseAnySubnet(subnet);
  const common = { network: name, subnet, prefixLength: bounds.subnet.prefix, gateway, range };
  const inner = parseAnySubnet(range);
  if (bounds.family === 4 && inner.family === 4) {
    const first = Math.max(firstUsable(bounds.subnet), inner.subnet.network);
    const last = Math.max(first - 1, Math.min(lastUsable(bounds.subnet), lastAddress(inner.subnet)));
    return { key: keyOf(id, 4), ...common, family: 4, bounds: bounds.subnet, first, last };
  }
  if (bounds.family === 6 && inner.family === 6) {
    const base = inner.subnet.network;
    const first = hasAnycast(bounds.subnet) && base === bounds.subnet.network ? 1 : 0;
    const furthest = lastAddress6(inner.subnet) - base;
    const last = furthest < maxSize ? Number(furthest) : maxSize;
    return { key: keyOf(id, 6), ...common, family: 6, bounds: bounds.subnet, base, first, last };
  }
  throw new TypeError(`range ${range} is not of the family of subnet ${subnet}`);
}

/** The key of a network's records of one family. */
export function keyOf(network: string, family: Family): string {
  return family === 4 ? network : `${network}/6`;
}

/** The pool whose subnet has the address. */
export function poolWith(pools: readonly Pool[], slot: Slot): Pool | undefined {
  if (typeof slot === 'number') {
    return pools.find((pool) => pool.family === 4 && contains(pool.bounds, slot));
  }
  const address = addressIn(slot);
  return pools.find((pool) => pool.family === 6 && contains6(pool.bounds, address));
}

/** What one of the subnet's addresses is when no host can have it. */
export function roleOf(pool: Pool, slot: Slot): string | undefined {
  if (pool.family === 6) {
    const { bounds } = pool;
    return hasAnycast(bounds) && slot === digitsOf(bounds.network) ? 'subnet-router anycast' : undefined;
  }
  const address = Number(slot);
  if (address < firstUsable(pool.bounds)) {
    return 'network';
  }
  return address > lastUsable(pool.bounds) ? 'broadcast' : undefined;
}

/** Whether a subnet's first address is every router's (RFC 4291, section 2.6.1), as it is but in links of two (RFC 6164). */
function hasAnycast({ prefix }: Subnet6): boolean {
  return prefix < 127;
}

/** The slot at a distance from the first that is given out. */
export function slotAt(pool: Pool, distance: number): Slot {
  return pool.family === 4 ? pool.first + distance : digitsOf(pool.base + BigInt(pool.first + distance));
}

/** The slot of an address of either family. Throws EBADADDR. */
export function slotOf(address: string): Slot {
  return address.includes(':') ? digitsOf(parseIpv6(address)) : parseIpv4(address);
}

/** The address that a slot stands for. */
export function addressOf(slot: Slot): string {
  return typeof slot === 'number' ? formatIpv4(slot) : formatIpv6(addressIn(slot));
}

function addressIn(digits: string): Ipv6 {
  return BigInt(`0x${digits}`);
}

/** Of fixed length, so that their order is the addresses'. */
function digitsOf(address: Ipv6): string {
  return address.toString(16).padStart(32, '0');
}
