import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnySubnet,
  anyOverlaps,
  formatAnySubnet,
  parseAnySubnet,
  subnetOf,
  subnetOf6,
} from '../../../src/address/index.js';
import { type DefaultPool, defaultPools, freeSubnet } from '../../../src/ipam/index.js';
import { anyIpv4, anyIpv6, anyPrefix, anyPrefix6 } from '../address/arbitraries.js';

const obstacleOf = (taken: readonly AnySubnet[]) => (subnet: AnySubnet) =>
  taken.find((range) => anyOverlaps(subnet, range));

const freeOf = (pools: readonly DefaultPool[], ...taken: string[]) => {
  const subnet = freeSubnet(pools, obstacleOf(taken.map(parseAnySubnet)));
  return subnet && formatAnySubnet(subnet);
};
const free = (...taken: string[]) => freeOf(defaultPools, ...taken);

/** Every subnet of pools of 16 subnets at most, in order, by text. */
const subnetsOf = {
  '10.0.0.0/24 28': Array.from({ length: 16 }, (_, i) => `10.0.0.${16 * i}/28`),
  '10.0.1.0/24 25': ['10.0.1.0/25', '10.0.1.128/25'],
  '10.0.2.4/30 30': ['10.0.2.4/30'],
  'fd00::/64 68': Array.from({ length: 16 }, (_, i) => `fd00:0:0:0:${i.toString(16)}000::/68`),
};

describe('freeSubnet', () => {
  test('is 172.17.0.0/16 on a host without networks', () => {
    expect(free()).toBe('172.17.0.0/16');
  });

  test.each([
    ['the same range', ['172.17.0.0/16'], '172.18.0.0/16'],
    ['one address of it', ['172.17.255.255/32'], '172.18.0.0/16'],
    ['a wider one', ['172.16.0.0/12'], '192.168.0.0/20'],
    ['several', ['172.17.0.0/16', '172.18.4.0/24', '172.19.0.0/30'], '172.20.0.0/16'],
    ['several in no order', ['172.19.0.0/30', '172.17.0.0/16', '172.18.4.0/24'], '172.20.0.0/16'],
    ['part of the last pool', ['172.16.0.0/12', '192.168.0.0/19'], '192.168.32.0/20'],
    ['ranges elsewhere', ['10.0.0.0/8', '192.168.0.0/16'], '172.17.0.0/16'],
    ['ranges of the other family', ['::/0'], '172.17.0.0/16'],
  ])('passes over what overlaps %s', (_, taken, expected) => {
    expect(free(...taken)).toBe(expected);
  });

  test('goes on behind the last one chosen, and begins anew behind the last of the pools', () => {
    const free = (after: string, ...taken: string[]) => {
      const subnet = freeSubnet(defaultPools, obstacleOf(taken.map(parseAnySubnet)), parseAnySubnet(after));
      return subnet && formatAnySubnet(subnet);
    };
    expect(free('172.17.0.0/16')).toBe('172.18.0.0/16');
    expect(free('172.31.0.0/16')).toBe('192.168.0.0/20');
    expect(free('192.168.0.0/20', '192.168.16.0/24')).toBe('192.168.32.0/20');
    expect(free('192.168.240.0/20', '172.17.0.0/16')).toBe('172.18.0.0/16');
    // Of pools that are no longer the same.
    expect(free('172.20.4.0/24')).toBe('172.21.0.0/16');
    expect(free('10.0.0.0/24')).toBe('172.17.0.0/16');
    // It may be the only one.
    expect(
      free('172.20.0.0/16', '172.16.0.0/14', '172.21.0.0/16', '172.22.0.0/15', '172.24.0.0/13', '192.168.0.0/16'),
    ).toBe('172.20.0.0/16');
  });

  test('is nothing when all pools are taken, or there are none', () => {
    expect(free('172.16.0.0/12', '192.168.0.0/16')).toBeUndefined();
    expect(free('0.0.0.0/0')).toBeUndefined();
    expect(freeOf([])).toBeUndefined();
  });

  test.each([
    ['10.0.0.0/8', 31, ['10.0.0.0/9', '10.128.0.0/10', '10.192.0.4/32'], '10.192.0.0/31'],
    ['10.0.0.0/8', 31, ['10.0.0.0/9', '10.128.0.0/9'], undefined],
    ['0.0.0.0/0', 32, ['0.0.0.0/1', '128.0.0.0/1'], undefined],
    ['fd00::/8', 64, ['fd00::/9'], 'fd80::/64'],
    ['fd00::/8', 127, ['fd00::/9', 'fd80::/9'], undefined],
  ])('takes no longer where a pool has millions: %s in /%i', (base, size, taken, expected) => {
    const started = performance.now();
    expect(freeOf([{ base, size }], ...taken)).toBe(expected);
    expect(performance.now() - started).toBeLessThan(100);
  });

  test('is the first of the pools that meets none of the ranges taken', () => {
    const near = fc.constantFrom(...Object.values(subnetsOf).flat()).map(parseAnySubnet);
    const anyTaken: fc.Arbitrary<AnySubnet> = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.tuple(near, fc.integer({ min: -3, max: 8 })).map(([any, more]) => resized(any, more)),
      },
      { weight: 1, arbitrary: fc.tuple(anyIpv4, anyPrefix).map(([address, prefix]) => subnet4(address, prefix)) },
      { weight: 1, arbitrary: fc.tuple(anyIpv6, anyPrefix6).map(([address, prefix]) => subnet6(address, prefix)) },
    );
    const pools = fc.shuffledSubarray(Object.keys(subnetsOf) as (keyof typeof subnetsOf)[]);
    const anyAfter = fc.option(near, { nil: undefined });
    fc.assert(
      fc.property(pools, fc.array(anyTaken, { maxLength: 30, size: 'max' }), anyAfter, (names, taken, after) => {
        const all = names.flatMap((name) => subnetsOf[name].map(parseAnySubnet));
        const start = after ? all.findIndex((subnet) => formatAnySubnet(subnet) === formatAnySubnet(after)) + 1 : 0;
        const inOrder = [...all.slice(start), ...all.slice(0, start)];
        const expected = inOrder.find((subnet) => !taken.some((range) => anyOverlaps(subnet, range)));
        const parsed = names.map((name) => ({ base: name.split(' ')[0] ?? '', size: Number(name.split(' ')[1]) }));
        expect(freeSubnet(parsed, obstacleOf(taken), after)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

const subnet4 = (address: number, prefix: number): AnySubnet => ({ family: 4, subnet: subnetOf(address, prefix) });
const subnet6 = (address: bigint, prefix: number): AnySubnet => ({ family: 6, subnet: subnetOf6(address, prefix) });

/** A subnet with the same beginning whose prefix is so much longer, as far as there are bits. */
function resized(any: AnySubnet, more: number): AnySubnet {
  const prefix = any.subnet.prefix + more;
  return any.family === 4
    ? subnet4(any.subnet.network, Math.min(32, prefix))
    : subnet6(any.subnet.network, Math.min(128, prefix));
}
