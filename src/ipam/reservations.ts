import type { NetworkRecord } from '../store/index.js';
import type { Table } from '../store/store.js';
import { refuseTaken, unqueue } from './leases.js';
import { addressOf, keyOf, type Pool, poolsOf, poolWith, slotOf } from './pool.js';
import type { LeaseTables, Slot } from './tables.js';

/** An address that a sandbox has. */
export interface Holder {
  /** Its id. */
  readonly sandbox: string;
  readonly address: string;
}

/**
 * Keeps a new network's gateways and auxiliary addresses from being given to sandboxes. In a transaction; can be repeated.
 * Throws EADDRTAKEN.
 */
export function reserve(tables: LeaseTables, record: NetworkRecord): void {
  const pools = poolsOf(record);
  record.subnets.forEach(({ gateway, auxiliary = {} }, i) => {
    const pool = pools[i] as Pool;
    if (gateway !== undefined) {
      reserveOne(tables, pool, gateway, 'gateway');
    }
    for (const [name, address] of Object.entries(auxiliary)) {
      reserveOne(tables, pool, address, `auxiliary ${name}`);
    }
  });
}

/**
 * Keeps an address from being given to a sandbox; `role` is what it is instead, unless it is something already. One outside
 * the pool's subnet is nobody's anyway. In a transaction; can be repeated. Throws EBADADDR, EADDRTAKEN.
 */
export function reserveOne(tables: LeaseTables, pool: Pool, address: string, role: string): void {
  const slot = slotOf(address);
  if (!poolWith([pool], slot)) {
    return;
  }
  const lease = tables.leases.get([pool.key, slot]);
  if (lease && 'role' in lease) {
    return;
  }
  refuseTaken(tables, pool, address, lease);
  unqueue(tables, pool.key, lease);
  tables.leases.putSync([pool.key, slot], { role });
}

/** The addresses of a network that sandboxes have, of both families, with the sandboxes' ids. */
export function* holders({ leases }: LeaseTables, { id }: Pick<NetworkRecord, 'id'>): Iterable<Holder> {
  for (const range of leasesOf(id)) {
    for (const { key, value } of leases.getRange(range)) {
      if ('sandbox' in value) {
        yield { sandbox: value.sandbox, address: addressOf(key[1]) };
      }
    }
  }
}

/** Removes all that is known of a network's addresses. In a transaction. */
export function forgetPools({ leases, released, cursors }: LeaseTables, { id }: Pick<NetworkRecord, 'id'>): void {
  for (const range of leasesOf(id)) {
    removeAll(leases, range);
  }
  for (const key of [keyOf(id, 4), keyOf(id, 6)]) {
    removeAll(released, { start: [key, 0], end: [key, Infinity] });
    cursors.removeSync(key);
  }
}

/** Where the records of all of a network's addresses are. */
function leasesOf(network: string): { start: [string, Slot]; end: [string, Slot] }[] {
  const [key4, key6] = [keyOf(network, 4), keyOf(network, 6)];
  return [
    { start: [key4, 0], end: [key4, Infinity] },
    // Digits, all of the same length, are greater than one "0" and less than "g".
    { start: [key6, '0'], end: [key6, 'g'] },
  ];
}

function removeAll<Key>(table: Table<unknown, Key>, range: { start: Key; end: Key }): void {
  const keys = [...table.getRange(range)].map(({ key }) => key);
  for (const key of keys) {
    table.removeSync(key);
  }
}
