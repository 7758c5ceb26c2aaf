import { shortId } from '../address/index.js';
import { newError } from '../errors/index.js';
import { keyOf, type Pool, poolWith, roleOf, slotAt, slotOf } from './pool.js';
import type { Lease, LeaseTables, Slot } from './tables.js';

/** An address that was given out. */
export interface Leased {
  readonly pool: Pool;
  readonly slot: Slot;
}

/** Where the next address comes from, moved on while it is looked for. */
interface Place {
  readonly tail: number;
  next: number;
  head: number;
}

/**
 * With more addresses than this at rest the oldest of them goes first, even if others were never given out: each is a record,
 * and in a pool that is never used up (any of IPv6) they would become more with every attach. At a thousand attaches a second
 * it takes two minutes to get here, longer than a peer remembers a connection that was closed.
 */
const longestQueue = 2 ** 17;

/**
 * Gives a sandbox an address of a network's pools of one family, of which there must be one: first each of them in turn, then
 * the one that was released longest ago, so that an address rests as long as possible before someone else has it. The cost
 * depends neither on the pools' size nor on their fill. In a transaction. Throws EPOOL.
 */
export function leaseNext(tables: LeaseTables, pools: readonly Pool[], sandbox: string): Leased {
  const { key, network } = firstOf(pools);
  const place = { next: 0, tail: 0, head: 0, ...tables.cursors.get(key) };
  const isLong = place.tail - place.head > longestQueue;
  const [first, second] = isLong ? [rested, unused] : [unused, rested];
  const leased = first(tables, pools, place) ?? second(tables, pools, place);
  // Even if there is none: what was passed over is not to be passed over again.
  tables.cursors.putSync(key, place);
  if (!leased) {
    throw newError('EPOOL', { subnet: pools.map(({ range }) => range).join(', '), network });
  }
  tables.leases.putSync([key, leased.slot], { sandbox });
  return leased;
}

/**
 * Gives a sandbox the very address it asks for, of a network's pools of one family, of which there must be one. In a
 * transaction. Throws EBADADDR, EOUTSIDESUBNET, EADDRRESERVED, EADDRTAKEN.
 */
export function leaseExact(tables: LeaseTables, pools: readonly Pool[], sandbox: string, address: string): Leased {
  const { key, network } = firstOf(pools);
  const slot = slotOf(address);
  const pool = poolWith(pools, slot);
  if (!pool) {
    throw newError('EOUTSIDESUBNET', { address, subnet: pools.map(({ subnet }) => subnet).join(', '), network });
  }
  const lease = tables.leases.get([key, slot]);
  const role = roleOf(pool, slot) ?? (lease && 'role' in lease ? lease.role : undefined);
  if (role !== undefined) {
    throw newError('EADDRRESERVED', { address, role, network });
  }
  refuseTaken(tables, pool, address, lease);
  unqueue(tables, key, lease);
  // Whatever had its turn has a record.
  tables.leases.putSync([key, slot], lease ? { sandbox } : { sandbox, early: true });
  return { pool, slot };
}

/**
 * Takes an address of a network, by the network's id, back, if that sandbox has it. In a transaction; can be repeated. Throws
 * EBADADDR.
 */
export function release(tables: LeaseTables, network: string, sandbox: string, address: string): void {
  const { key, slot } = placeOf(network, address);
  const lease = tables.leases.get([key, slot]);
  if (!lease || !('sandbox' in lease) || lease.sandbox !== sandbox) {
    return;
  }
  if (lease.early) {
    tables.leases.removeSync([key, slot]);
    return;
  }
  const { next = 0, tail = 0, head = 0 } = tables.cursors.get(key) ?? {};
  tables.leases.putSync([key, slot], { released: tail });
  tables.released.putSync([key, tail], slot);
  tables.cursors.putSync(key, { next, tail: tail + 1, head });
}

/** The id of the sandbox that has an address of a network, by the network's id; nothing if none has. Throws EBADADDR. */
export function holderOf({ leases }: LeaseTables, network: string, address: string): string | undefined {
  const { key, slot } = placeOf(network, address);
  const lease = leases.get([key, slot]);
  return lease && 'sandbox' in lease ? lease.sandbox : undefined;
}

/** Refuses an address that a sandbox has. */
export function refuseTaken({ sandboxes }: LeaseTables, { network }: Pool, address: string, lease?: Lease): void {
  if (lease && 'sandbox' in lease) {
    const sandbox = sandboxes.get(lease.sandbox)?.name ?? shortId(lease.sandbox);
    throw newError('EADDRTAKEN', { address, network, sandbox });
  }
}

/** Removes an address, given its record, from the queue, if it is in there. */
export function unqueue({ released }: LeaseTables, key: string, lease?: Lease): void {
  if (lease && 'released' in lease) {
    released.removeSync([key, lease.released]);
  }
}

/** The next address in turn that nobody has. */
function unused({ leases }: LeaseTables, pools: readonly Pool[], place: Place): Leased | undefined {
  for (let leased = inTurn(pools, place.next); leased; leased = inTurn(pools, place.next)) {
    place.next += 1;
    const key: [string, Slot] = [leased.pool.key, leased.slot];
    const lease = leases.get(key);
    if (!lease) {
      return leased;
    }
    if ('sandbox' in lease && lease.early) {
      leases.putSync(key, { sandbox: lease.sandbox });
    }
  }
  return undefined;
}

/** The address that was released longest ago. */
function rested({ released }: LeaseTables, pools: readonly Pool[], place: Place): Leased | undefined {
  const { key } = firstOf(pools);
  for (const { key: found, value: slot } of released.getRange({
    start: [key, place.head],
    end: [key, Infinity],
    limit: 1,
  })) {
    released.removeSync(found);
    place.head = found[1] + 1;
    const pool = poolWith(pools, slot);
    return pool && { pool, slot };
  }
  place.head = place.tail;
  return undefined;
}

/** The slot whose turn comes after that of `before` others. */
function inTurn(pools: readonly Pool[], before: number): Leased | undefined {
  let distance = before;
  for (const pool of pools) {
    const size = pool.last - pool.first + 1;
    if (distance < size) {
      return { pool, slot: slotAt(pool, distance) };
    }
    distance -= size;
  }
  return undefined;
}

/** The key of an address's records, and its slot. */
function placeOf(network: string, address: string): { key: string; slot: Slot } {
  const slot = slotOf(address);
  return { key: keyOf(network, typeof slot === 'number' ? 4 : 6), slot };
}

function firstOf([pool]: readonly Pool[]): Pool {
  if (!pool) {
    throw new RangeError('an address of a network without pools of its family');
  }
  return pool;
}
