import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv4, formatIpv6 } from '../../../src/address/index.js';
import { addressOf, poolsOf } from '../../../src/ipam/index.js';
import { slotAt, slotOf } from '../../../src/ipam/pool.js';
import type { SubnetRecord } from '../../../src/store/index.js';
import { anyIpv4, anyIpv6 } from '../address/arbitraries.js';
import { networkWith } from './allocator.js';

/** Key, and what is given out from where to where. */
const described = (...subnets: SubnetRecord[]) =>
  poolsOf({ ...networkWith(...subnets), id: 'x' }).map((pool) => {
    const count = pool.last - pool.first + 1;
    const ends = count > 0 ? [addressOf(slotAt(pool, 0)), addressOf(slotAt(pool, count - 1))] : [];
    return [pool.key, pool.subnet, ...ends];
  });

describe('poolsOf', () => {
  test('is one for each subnet, in their order; those of one family share a key', () => {
    const subnets = ['10.0.0.0/24', 'fd00::/64', '10.9.0.0/30', 'fd00:1::/112'].map((subnet) => ({ subnet }));
    expect(described(...subnets)).toEqual([
      ['x', '10.0.0.0/24', '10.0.0.1', '10.0.0.254'],
      ['x/6', 'fd00::/64', 'fd00::1', 'fd00::1:0:0:0'],
      ['x', '10.9.0.0/30', '10.9.0.1', '10.9.0.2'],
      ['x/6', 'fd00:1::/112', 'fd00:1::1', 'fd00:1::ffff'],
    ]);
  });

  test.each([
    ['0.0.0.0/0', undefined, ['0.0.0.1', '255.255.255.254']],
    ['10.0.0.4/31', undefined, ['10.0.0.4', '10.0.0.5']],
    ['10.0.0.4/32', undefined, ['10.0.0.4', '10.0.0.4']],
    ['10.0.0.0/24', '10.0.0.0/24', ['10.0.0.1', '10.0.0.254']],
    ['10.0.0.0/24', '10.0.0.0/32', []],
    ['10.0.0.0/24', '10.0.0.255/32', []],
    ['10.0.0.0/24', '10.0.0.128/31', ['10.0.0.128', '10.0.0.129']],
    ['fd00::/126', undefined, ['fd00::1', 'fd00::3']],
    ['fd00::/127', undefined, ['fd00::', 'fd00::1']],
    ['fd00::/128', undefined, ['fd00::', 'fd00::']],
    ['fd00::/64', 'fd00::/128', []],
    ['fd00::/64', 'fd00::8/125', ['fd00::8', 'fd00::f']],
  ])('gives out of %s with range %s', (subnet, range, expected) => {
    expect(described({ subnet, ...(range && { range }) })).toEqual([[expect.any(String), subnet, ...expected]]);
  });
});

describe('a slot', () => {
  test('stands for one address, in the order of addresses', () => {
    const any = fc.oneof(
      anyIpv4.map((value) => ({ value, text: formatIpv4(value) })),
      anyIpv6.map((value) => ({ value, text: formatIpv6(value) })),
    );
    fc.assert(
      fc.property(any, any, (one, other) => {
        expect(addressOf(slotOf(one.text))).toBe(one.text);
        if (typeof one.value === typeof other.value) {
          expect(slotOf(one.text) < slotOf(other.text)).toBe(one.value < other.value);
        }
      }),
    );
  });
});
