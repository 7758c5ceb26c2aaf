import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSubnet, overlaps, parseSubnet, subnetOf } from '../../../src/address/index.js';
import { freeSubnet } from '../../../src/ipam/index.js';
import { anyIpv4, anyPrefix } from '../address/arbitraries.js';

const free = (...taken: string[]) => {
  const subnet = freeSubnet(taken.map(parseSubnet));
  return subnet && formatSubnet(subnet);
};

/** Docker's default address pools, written out. */
const pools = [
  ...Array.from({ length: 15 }, (_, i) => `172.${17 + i}.0.0/16`),
  ...Array.from({ length: 16 }, (_, i) => `192.168.${16 * i}.0/20`),
].map(parseSubnet);

describe('freeSubnet', () => {
  test('is 172.17.0.0/16 on a host without networks', () => {
    expect(free()).toBe('172.17.0.0/16');
  });

  test.each([
    ['the same range', ['172.17.0.0/16'], '172.18.0.0/16'],
    ['one address of it', ['172.17.255.255/32'], '172.18.0.0/16'],
    ['a wider one', ['172.16.0.0/12'], '192.168.0.0/20'],
    ['several', ['172.17.0.0/16', '172.18.4.0/24', '172.19.0.0/30'], '172.20.0.0/16'],
    ['part of the last pool', ['172.16.0.0/12', '192.168.0.0/19'], '192.168.32.0/20'],
    ['ranges elsewhere', ['10.0.0.0/8', '192.168.0.0/16'], '172.17.0.0/16'],
  ])('passes over what overlaps %s', (_, taken, expected) => {
    expect(free(...taken)).toBe(expected);
  });

  test('is nothing when all pools are taken', () => {
    expect(free('172.16.0.0/12', '192.168.0.0/16')).toBeUndefined();
    expect(free('0.0.0.0/0')).toBeUndefined();
  });

  test('is the first of the pools that meets none of the ranges taken', () => {
    const ranges = fc.array(
      fc.oneof(
        fc.tuple(anyIpv4, anyPrefix),
        fc.tuple(fc.integer({ min: 0xac100000, max: 0xac1fffff }), fc.integer({ min: 14, max: 32 })),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(ranges, (pairs) => {
        const taken = pairs.map(([address, prefix]) => subnetOf(address, prefix));
        const expected = pools.find((pool) => !taken.some((range) => overlaps(pool, range)));
        expect(freeSubnet(taken)).toEqual(expected);
      }),
    );
  });
});
