import { describe, expect, test } from 'vitest';
import { forgetPools, holders, reserve, reserveOne } from '../../../src/ipam/index.js';
import type { NetworkRecord, Store } from '../../../src/store/index.js';
import { openStore } from '../../support/store.js';
import { Allocator, networkWith, refusal } from './allocator.js';

const subnet = { subnet: '10.0.0.0/29', gateway: '10.0.0.1' };
const subnet6 = { subnet: 'fd00::/64', gateway: 'fd00::1', auxiliary: { nas: 'fd00::3' } };

/** How many records there are in each table of addresses. */
function sizes(store: Store) {
  return store.read(({ leases, released, cursors }) =>
    [leases, released, cursors].map((table) => [...(table as typeof leases).getRange({})].length),
  );
}

const held = (store: Store, record: NetworkRecord) => store.read((tables) => [...holders(tables, record)]);

describe('reserve', () => {
  test('can be repeated', () => {
    const allocator = new Allocator(networkWith(subnet, subnet6));
    const before = sizes(allocator.store);
    allocator.store.transaction((tables) => reserve(tables, allocator.network));
    expect(sizes(allocator.store)).toEqual(before);
  });
});

describe('reserveOne', () => {
  const reserved = (allocator: Allocator, address: string) =>
    allocator.store.transaction((tables) => {
      for (const pool of allocator.pools) {
        reserveOne(tables, pool, address, 'default gateway');
      }
    });

  test('keeps an address from being given out, and says what it is', () => {
    const allocator = new Allocator(networkWith(subnet));
    reserved(allocator, '10.0.0.3');
    reserved(allocator, '10.0.0.3');
    expect(() => allocator.exact('a', '10.0.0.3')).toThrow(refusal('EADDRRESERVED', /the default gateway address/));
    expect(allocator.drain()).toEqual(['10.0.0.2', '10.0.0.4', '10.0.0.5', '10.0.0.6']);
  });

  test('takes an address out of the queue', () => {
    const allocator = new Allocator(networkWith(subnet));
    const all = allocator.drain();
    allocator.release('drain0', all[0] ?? '');
    allocator.release('drain1', all[1] ?? '');
    reserved(allocator, all[0] ?? '');
    expect(allocator.drain()).toEqual([all[1]]);
  });

  test('leaves what has a role as it is', () => {
    const allocator = new Allocator(networkWith(subnet));
    reserved(allocator, '10.0.0.1');
    expect(() => allocator.exact('a', '10.0.0.1')).toThrow(refusal('EADDRRESERVED', /the gateway address/));
  });

  test('does nothing for an address of another subnet or family', () => {
    const allocator = new Allocator(networkWith(subnet));
    const before = sizes(allocator.store);
    reserved(allocator, '169.254.1.1');
    reserved(allocator, 'fd00::2');
    expect(sizes(allocator.store)).toEqual(before);
  });

  test('refuses an address that a sandbox has', () => {
    const allocator = new Allocator(networkWith(subnet));
    allocator.exact('holder', '10.0.0.4');
    expect(() => reserved(allocator, '10.0.0.4')).toThrow(refusal('EADDRTAKEN', /"holder"/));
  });
});

describe('holders', () => {
  test('are the sandboxes that have addresses now, of both families, and no others', () => {
    const store = openStore();
    const network = networkWith(subnet, subnet6);
    const [four, six] = [new Allocator(network, store, 4), new Allocator(network, store, 6)];
    const other = new Allocator(networkWith(subnet, subnet6), store);
    other.next('other');
    expect(held(store, network)).toEqual([]);
    four.next('a');
    four.next('b');
    six.next('a');
    six.exact('c', 'fd00::ffff:0:0:1');
    four.release('b', '10.0.0.3');
    expect(held(store, network)).toEqual([
      { sandbox: 'a', address: '10.0.0.2' },
      { sandbox: 'a', address: 'fd00::2' },
      { sandbox: 'c', address: 'fd00::ffff:0:0:1' },
    ]);
  });
});

describe('forgetPools', () => {
  test('removes everything of the network, and nothing of others', () => {
    const store = openStore();
    const other = new Allocator(networkWith(subnet, subnet6), store);
    other.release('drain0', other.drain()[0] ?? '');
    const before = sizes(store);
    const network = networkWith(subnet, subnet6);
    for (const family of [4, 6]) {
      const allocator = new Allocator(network, store, family);
      const all = allocator.drain(5);
      allocator.release('drain0', all[0] ?? '');
      allocator.exact('early', family === 4 ? (all[0] ?? '') : 'fd00::ffff:ffff:ffff:ffff');
    }
    store.transaction((tables) => forgetPools(tables, network));
    expect(sizes(store)).toEqual(before);
    expect(held(store, network)).toEqual([]);
  });
});
