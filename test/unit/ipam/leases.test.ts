import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv4, parseIpv4 } from '../../../src/address/index.js';
import { addressOf, holderOf, leaseNext, release } from '../../../src/ipam/index.js';
import type { SubnetRecord } from '../../../src/store/index.js';
import { openStore } from '../../support/store.js';
import { Allocator, networkWith, refusal } from './allocator.js';
import { LeaseModel } from './lease-model.js';

const small: SubnetRecord = { subnet: '10.0.0.0/29', gateway: '10.0.0.1' };

/** So many addresses from one on. */
const from = (first: string, count: number) =>
  Array.from({ length: count }, (_, i) => formatIpv4(parseIpv4(first) + i));

describe('leaseNext', () => {
  test('gives out every address of the subnet once, in turn, and then none', () => {
    const allocator = new Allocator(networkWith({ subnet: '10.0.0.0/28', gateway: '10.0.0.1' }));
    expect(allocator.drain()).toEqual(from('10.0.0.2', 13));
    expect(() => allocator.next('late')).toThrow(refusal('EPOOL', /"web".*10\.0\.0\.0\/28/));
  });

  test.each<[string, SubnetRecord, string[]]>([
    ['a /30', { subnet: '10.0.0.0/30', gateway: '10.0.0.1' }, ['10.0.0.2']],
    ['a /31', { subnet: '10.0.0.0/31', gateway: '10.0.0.0' }, ['10.0.0.1']],
    ['a /32', { subnet: '10.0.0.0/32', gateway: '10.0.0.0' }, []],
    ['a /31 without a gateway', { subnet: '10.0.0.0/31' }, ['10.0.0.0', '10.0.0.1']],
    ['a gateway at the end', { subnet: '10.0.0.0/29', gateway: '10.0.0.6' }, from('10.0.0.1', 5)],
    [
      'the last addresses that there are',
      { subnet: '255.255.255.248/29', gateway: '255.255.255.249' },
      from('255.255.255.250', 5),
    ],
    ['a gateway elsewhere', { subnet: '10.0.0.0/30', gateway: '169.254.1.1' }, from('10.0.0.1', 2)],
    ['a range', { subnet: '10.0.0.0/16', gateway: '10.0.0.1', range: '10.0.5.0/30' }, from('10.0.5.0', 4)],
    [
      'a range at the beginning',
      { subnet: '10.0.0.0/16', gateway: '10.0.0.1', range: '10.0.0.0/30' },
      from('10.0.0.2', 2),
    ],
    [
      'a range at the end',
      { subnet: '10.0.0.0/16', gateway: '10.0.0.1', range: '10.0.255.252/30' },
      from('10.0.255.252', 3),
    ],
    [
      'auxiliary addresses',
      { subnet: '10.0.0.0/29', gateway: '10.0.0.1', auxiliary: { nas: '10.0.0.3', router: '10.0.0.6' } },
      ['10.0.0.2', '10.0.0.4', '10.0.0.5'],
    ],
  ])('gives what can be a sandbox in %s', (_, subnet, expected) => {
    const allocator = new Allocator(networkWith(subnet));
    expect(allocator.drain()).toEqual(expected);
    expect(() => allocator.next('late')).toThrow(refusal('EPOOL'));
  });

  test('goes through several subnets one after the other', () => {
    const others = [small, { subnet: '10.9.0.0/30', gateway: '10.9.0.1' }, { subnet: '10.5.0.0/30' }];
    const allocator = new Allocator(networkWith(...others));
    expect(allocator.drain()).toEqual([...from('10.0.0.2', 5), '10.9.0.2', '10.5.0.1', '10.5.0.2']);
    expect(() => allocator.next('late')).toThrow(refusal('EPOOL', /10\.0\.0\.0\/29, 10\.9\.0\.0\/30, 10\.5\.0\.0\/30/));
    allocator.release('drain5', '10.9.0.2');
    allocator.release('drain0', '10.0.0.2');
    expect(allocator.drain()).toEqual(['10.9.0.2', '10.0.0.2']);
  });

  test('names the pool that an address is of', () => {
    const { store, pools } = new Allocator(networkWith(small, { subnet: '10.9.0.0/30', gateway: '10.9.0.2' }));
    const leases = store.transaction((tables) =>
      Array.from({ length: 6 }, (_, i) => leaseNext(tables, pools, `s${i}`).pool),
    );
    expect(leases.map(({ subnet }) => subnet)).toEqual([...Array(5).fill('10.0.0.0/29'), '10.9.0.0/30']);
    expect(leases.at(-1)).toMatchObject({ prefixLength: 30, gateway: '10.9.0.2' });
  });

  test('gives IPv6 addresses in turn too', () => {
    const subnets = [
      small,
      { subnet: 'fd00::/125', gateway: 'fd00::1' },
      { subnet: 'fd00:1::/127', gateway: 'fd00:1::' },
    ];
    const allocator = new Allocator(networkWith(...subnets), openStore(), 6);
    const expected = ['fd00::2', 'fd00::3', 'fd00::4', 'fd00::5', 'fd00::6', 'fd00::7', 'fd00:1::1'];
    expect(allocator.drain()).toEqual(expected);
    allocator.release('drain3', 'fd00::5');
    allocator.release('drain6', 'fd00:1:0::1');
    expect(allocator.drain()).toEqual(['fd00::5', 'fd00:1::1']);
  });

  test.each([
    ['the whole of IPv6', '::/0', undefined, '::1'],
    ['a /64', 'fd00::/64', undefined, 'fd00::1'],
    ['a range far into it', 'fd00::/64', 'fd00::ff00:0:0:0/72', 'fd00::ff00:0:0:0'],
    ['the last address', 'fd00::/64', 'fd00::ffff:ffff:ffff:ffff/128', 'fd00::ffff:ffff:ffff:ffff'],
  ])('begins with the first address: %s', (_, subnet, range, expected) => {
    const allocator = new Allocator(networkWith({ subnet, ...(range && { range }) }), openStore(), 6);
    expect(allocator.next('a')).toBe(expected);
  });

  test('keeps the families of a network apart', () => {
    const store = openStore();
    const network = networkWith(small, { subnet: 'fd00::/64', gateway: 'fd00::1' });
    const [four, six] = [new Allocator(network, store, 4), new Allocator(network, store, 6)];
    expect([four.next('a'), six.next('a'), four.next('b'), six.next('b')]).toEqual([
      '10.0.0.2',
      'fd00::2',
      '10.0.0.3',
      'fd00::3',
    ]);
    four.release('a', '10.0.0.2');
    expect(six.next('c')).toBe('fd00::4');
  });

  test('an address rests until all others were given out', () => {
    const allocator = new Allocator(networkWith(small));
    const [second, third] = [allocator.next('a'), allocator.next('b')];
    allocator.release('b', third);
    allocator.release('a', second);
    // Then in the order in which they were given back.
    expect(allocator.drain()).toEqual([...from('10.0.0.4', 3), third, second]);
    expect(allocator.store.read(({ released }) => [...released.getRange({})])).toEqual([]);
  });

  test('where very many rest, the oldest goes before one that was never given out', () => {
    const allocator = new Allocator(networkWith({ subnet: 'fd00::/64', gateway: 'fd00::1' }), openStore(), 6);
    const held = allocator.drain(3);
    held.forEach((address, i) => {
      allocator.release(`drain${i}`, address);
    });
    const { store, pools } = allocator;
    const key = pools[0]?.key ?? '';
    const cursor = store.read(({ cursors }) => cursors.get(key)) as { next: number; tail: number; head: number };
    expect(allocator.next('a')).toBe('fd00::5');
    // As after so many releases of addresses that were then asked for.
    const grown = { ...cursor, next: cursor.next + 1, tail: cursor.head + 2 ** 17 + 2 };
    store.transaction(({ cursors }) => cursors.putSync(key, grown));
    expect(['b', 'c', 'd'].map((sandbox) => allocator.next(sandbox))).toEqual(['fd00::2', 'fd00::3', 'fd00::6']);
    // With none at rest, the others all the same.
    store.transaction((tables) => {
      for (const { key: place } of [...tables.released.getRange({ start: [key, 0], end: [key, Infinity] })]) {
        tables.released.removeSync(place);
      }
      tables.cursors.putSync(key, { ...grown, next: grown.next + 1 });
    });
    expect(allocator.next('e')).toBe('fd00::7');
  });

  test('networks know nothing of each other', () => {
    const store = openStore();
    const subnet = { subnet: '10.0.0.0/30', gateway: '10.0.0.1' };
    const [one, other] = [new Allocator(networkWith(subnet), store), new Allocator(networkWith(subnet), store)];
    expect(one.next('a')).toBe(other.next('b'));
    expect(() => one.next('c')).toThrow(refusal('EPOOL'));
  });

  test('fills a /16 to the last address, twice, every address once', { timeout: 120_000 }, () => {
    const { store, pools, network } = new Allocator(networkWith({ subnet: '10.0.0.0/16', gateway: '10.0.0.1' }));
    const count = 2 ** 16 - 3;
    const ids = Array.from({ length: count }, (_, i) => `s${i}`);
    const fill = () => store.transaction((tables) => ids.map((id) => addressOf(leaseNext(tables, pools, id).slot)));
    const refusalTimes = () =>
      Array.from({ length: 51 }, () => {
        const started = performance.now();
        expect(() => store.transaction((tables) => leaseNext(tables, pools, 'late'))).toThrow(refusal('EPOOL'));
        return performance.now() - started;
      }).sort((one, other) => one - other);

    const first = fill();
    expect(first).toEqual(from('10.0.0.2', count));
    expect(refusalTimes()[25]).toBeLessThan(1);
    const backwards = ids.map((id, i) => ({ id, address: first[i] ?? '' })).reverse();
    store.transaction((tables) => {
      for (const { id, address } of backwards) {
        release(tables, network.id, id, address);
      }
    });
    expect(fill()).toEqual(first.toReversed());
    expect(refusalTimes()[25]).toBeLessThan(1);
  });
});

describe('leaseExact', () => {
  test('an address is passed over in turn, and waits for its turn again when given back before', () => {
    const allocator = new Allocator(networkWith(small));
    allocator.exact('a', '10.0.0.2');
    allocator.exact('b', '10.0.0.4');
    expect(allocator.next('c')).toBe('10.0.0.3');
    allocator.release('b', '10.0.0.4');
    expect(allocator.next('d')).toBe('10.0.0.4');
    allocator.release('a', '10.0.0.2');
    expect(allocator.drain()).toEqual(['10.0.0.5', '10.0.0.6', '10.0.0.2']);
  });

  test('an address outside the range can be had, and never comes in turn', () => {
    const allocator = new Allocator(networkWith({ subnet: '10.0.0.0/24', gateway: '10.0.0.1', range: '10.0.0.64/30' }));
    expect(allocator.exact('a', '10.0.0.9')).toBe('10.0.0.9');
    allocator.release('a', '10.0.0.9');
    expect(allocator.drain()).toEqual(from('10.0.0.64', 4));
    expect(allocator.exact('b', '10.0.0.9')).toBe('10.0.0.9');
  });

  test('leaves nothing behind of addresses that never had a turn', () => {
    const allocator = new Allocator(networkWith({ subnet: 'fd00::/64', gateway: 'fd00::1' }), openStore(), 6);
    const size = () => allocator.store.read((tables) => [...tables.leases.getRange({})].length);
    const before = size();
    for (let i = 0; i < 20; i++) {
      allocator.exact('a', `fd00::8000:0:0:${i}`);
      allocator.release('a', `fd00::8000:0:0:${i}`);
    }
    expect(size()).toBe(before);
  });

  test('takes every way to write an IPv6 address', () => {
    const allocator = new Allocator(networkWith({ subnet: 'fd00::/64', gateway: 'fd00::1' }), openStore(), 6);
    expect(allocator.exact('a', 'FD00:0:0::0:2')).toBe('fd00::2');
    expect(() => allocator.exact('b', 'fd00::2')).toThrow(refusal('EADDRTAKEN'));
    expect(allocator.next('b')).toBe('fd00::3');
    allocator.release('a', 'fd00:0::2');
    expect(allocator.exact('c', 'fd00::2')).toBe('fd00::2');
  });

  test.each([
    ['10.0.1.0', 'EOUTSIDESUBNET', /10\.0\.0\.0\/24, 10\.9\.0\.0\/31/],
    ['9.255.255.255', 'EOUTSIDESUBNET', /web/],
    ['fd00::2', 'EOUTSIDESUBNET', /10\.0\.0\.0\/24/],
    ['10.0.0.256', 'EBADADDR', /10\.0\.0\.256/],
    ['10.0.0.0', 'EADDRRESERVED', /network address/],
    ['10.0.0.255', 'EADDRRESERVED', /broadcast address/],
    ['10.0.0.1', 'EADDRRESERVED', /gateway address/],
    ['10.0.0.254', 'EADDRRESERVED', /auxiliary nas address/],
    ['10.0.0.9', 'EADDRTAKEN', /sandbox "holder"/],
    ['10.9.0.0', 'EADDRRESERVED', /gateway address/],
  ])('refuses %s when it is asked for: %s', (address, code, message) => {
    const first = { subnet: '10.0.0.0/24', gateway: '10.0.0.1', auxiliary: { nas: '10.0.0.254' } };
    const allocator = new Allocator(networkWith(first, { subnet: '10.9.0.0/31', gateway: '10.9.0.0' }));
    allocator.exact('holder', '10.0.0.9');
    expect(() => allocator.exact('other', address)).toThrow(refusal(code, message));
  });

  test.each([
    ['fd00::', 'EADDRRESERVED', /subnet-router anycast address/],
    ['fd00::1', 'EADDRRESERVED', /gateway address/],
    ['fd00:0:0:1::', 'EOUTSIDESUBNET', /fd00::\/64/],
    ['10.0.0.2', 'EOUTSIDESUBNET', /fd00::\/64/],
    ['fd00:::1', 'EBADADDR', /fd00:::1/],
  ])('refuses %s when it is asked for: %s (IPv6)', (address, code, message) => {
    const allocator = new Allocator(networkWith({ subnet: 'fd00::/64', gateway: 'fd00::1' }), openStore(), 6);
    expect(() => allocator.exact('other', address)).toThrow(refusal(code, message));
  });

  test('has no broadcast address in IPv6, and both addresses of a /127', () => {
    const subnets = [{ subnet: 'fd00::/64' }, { subnet: 'fd00:0:0:1::/127' }];
    const allocator = new Allocator(networkWith(...subnets), openStore(), 6);
    for (const address of ['fd00::ffff:ffff:ffff:ffff', 'fd00:0:0:1::', 'fd00:0:0:1::1']) {
      expect(allocator.exact('a', address)).toBe(address);
    }
  });
});

describe('release', () => {
  test('only its holder gives an address back', () => {
    const allocator = new Allocator(networkWith({ subnet: '10.0.0.0/24', gateway: '10.0.0.1' }));
    const address = '10.0.0.9';
    const holder = () => allocator.store.read((tables) => holderOf(tables, allocator.network.id, address));
    expect(holder()).toBeUndefined();
    allocator.exact('holder', address);
    allocator.release('other', address);
    expect(holder()).toBe('holder');
    expect(() => allocator.exact('other', address)).toThrow(refusal('EADDRTAKEN'));
    allocator.release('holder', address);
    allocator.release('holder', address);
    expect(holder()).toBeUndefined();
    allocator.exact('other', address);
  });

  test('leaves gateways alone', () => {
    const allocator = new Allocator(networkWith(small));
    allocator.release('gateway', '10.0.0.1');
    expect(allocator.store.read((tables) => holderOf(tables, allocator.network.id, '10.0.0.1'))).toBeUndefined();
    expect(() => allocator.exact('a', '10.0.0.1')).toThrow(refusal('EADDRRESERVED'));
  });
});

describe('leases', () => {
  const subnetsOf = {
    4: [{ subnet: '10.0.0.0/28' }, { subnet: '10.0.0.32/29' }, { subnet: '10.0.0.48/31' }],
    6: [{ subnet: 'fd00::/124' }, { subnet: 'fd00::20/125' }, { subnet: 'fd00::30/127' }],
  } as const;
  /** How many addresses of these subnets sandboxes can have, by other means than the code under test. */
  const usableOf = {
    4: [from('10.0.0.1', 14), from('10.0.0.33', 6), from('10.0.0.48', 2)],
    6: [
      [1, 15],
      [0x21, 7],
      [0x30, 2],
    ].map(([first = 0, count = 0]) => Array.from({ length: count }, (_, i) => `fd00::${(first + i).toString(16)}`)),
  } as const;
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('next' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('exact' as const), place: fc.nat() }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('release' as const), place: fc.nat() }) },
  );
  const setting = fc.record({
    family: fc.constantFrom(4 as const, 6 as const),
    chosen: fc.subarray([0, 1, 2], { minLength: 1 }),
    reserved: fc.array(fc.nat(), { maxLength: 3 }),
    hasRange: fc.boolean(),
  });

  test('do as a plain model does, whatever is asked in whatever order', () => {
    const store = openStore();
    fc.assert(
      fc.property(
        setting,
        fc.array(step, { maxLength: 80, size: 'max' }),
        ({ family, chosen, reserved, hasRange }, steps) => {
          const all = chosen.flatMap((i) => usableOf[family][i] ?? []);
          const roles = new Set(reserved.map((place) => all[place % all.length] ?? ''));
          const range = family === 4 ? '10.0.0.4/30' : 'fd00::4/126';
          const subnets = chosen.map((i): SubnetRecord => {
            const auxiliary = Object.fromEntries([...roles].map((address) => [address, address]));
            return { ...(subnetsOf[family][i] ?? { subnet: '' }), auxiliary, ...(hasRange && i === 0 && { range }) };
          });
          const ranged = family === 4 ? from('10.0.0.4', 4) : ['fd00::4', 'fd00::5', 'fd00::6', 'fd00::7'];
          const inTurn = chosen.flatMap((i) => (hasRange && i === 0 ? ranged : (usableOf[family][i] ?? [])));
          const free = all.filter((address) => !roles.has(address));
          const model = new LeaseModel(inTurn.filter((address) => !roles.has(address)));
          const allocator = new Allocator(networkWith(...subnets), store, family);
          steps.forEach((step, i) => {
            const sandbox = `s${i}`;
            if (step.kind === 'next') {
              expect(attempted(() => allocator.next(sandbox))).toBe(model.next(sandbox) ?? 'EPOOL');
            } else if (step.kind === 'exact' && free.length > 0) {
              const address = free[step.place % free.length] ?? '';
              const expected = model.exact(sandbox, address) ? address : 'EADDRTAKEN';
              expect(attempted(() => allocator.exact(sandbox, address))).toBe(expected);
            } else if (step.kind === 'release' && model.held.size > 0) {
              const [address, holder] = [...model.held][step.place % model.held.size] ?? ['', ''];
              model.release(holder, address);
              allocator.release(holder, address);
            }
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** What it returns, or the code of what it throws. */
function attempted<Result>(work: () => Result): Result | string {
  try {
    return work();
  } catch (error) {
    return (error as { code: string }).code;
  }
}
