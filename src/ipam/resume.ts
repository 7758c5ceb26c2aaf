import type { Leased } from './leases.js';
import { type Pool, slotAt } from './pool.js';
import type { LeaseTables, Slot } from './tables.js';

/**
 * How far the turn of a network's addresses is counted through. Farther ones were asked for, or the subnet is so large that those
 * before them have rested long enough by the time that their turn comes.
 */
const farthest = 2 ** 16;

/**
 * For records that were lost, when the addresses that are in use have been leased again: goes on as if every address up to
 * the last of these had been given out in turn, and those that nobody has been given back, lowest first. `pools`: a network's of one
 * family that nothing was leased from in turn yet. In a transaction.
 */
export function resumeBehind(tables: LeaseTables, pools: readonly Pool[], inUse: readonly Leased[]): void {
  const places = inUse.map((leased) => distanceOf(pools, leased)).filter((distance) => distance < farthest);
  const next = places.reduce((highest, distance) => Math.max(highest, distance + 1), 0);
  const [first] = pools;
  if (!first || next === 0) {
    return;
  }
  const { key } = first;
  let tail = 0;
  for (const slot of slotsInTurn(pools, next)) {
    const lease = tables.leases.get([key, slot]);
    if (!lease) {
      tables.leases.putSync([key, slot], { released: tail });
      tables.released.putSync([key, tail], slot);
      tail += 1;
    } else if ('sandbox' in lease && lease.early) {
      tables.leases.putSync([key, slot], { sandbox: lease.sandbox });
    }
  }
  tables.cursors.putSync(key, { next, tail, head: 0 });
}

/** The first `count` slots in the order of their turns. */
function* slotsInTurn(pools: readonly Pool[], count: number): Iterable<Slot> {
  let left = count;
  for (const pool of pools) {
    const size = Math.min(left, pool.last - pool.first + 1);
    for (let distance = 0; distance < size; distance++) {
      yield slotAt(pool, distance);
    }
    left -= size;
  }
}

/** How many addresses have their turn before this one; -1 for one that is never given out in turn. */
function distanceOf(pools: readonly Pool[], { pool, slot }: Leased): number {
  const before = pools.slice(0, pools.indexOf(pool)).reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const place = pool.family === 4 ? Number(slot) : Number(BigInt(`0x${slot}`) - pool.base);
  return place < pool.first || place > pool.last ? -1 : before + place - pool.first;
}
