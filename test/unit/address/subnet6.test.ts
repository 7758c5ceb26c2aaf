import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  contains6,
  formatIpv6,
  formatSubnet6,
  lastAddress6,
  newUlaSubnet,
  overlaps6,
  parseIpv6,
  parseSubnet6,
  subnetOf6,
} from '../../../src/address/index.js';
import { anyIpv6, anyPrefix6, nearlyRight } from './arbitraries.js';

const anySubnet6 = fc.tuple(anyIpv6, anyPrefix6).map(([address, prefix]) => subnetOf6(address, prefix));
const badCidr = (reason: RegExp | string = '') =>
  expect.objectContaining({ code: 'EBADCIDR', message: expect.stringMatching(reason) });

describe('parseSubnet6', () => {
  test('reads what formatSubnet6 writes', () => {
    fc.assert(
      fc.property(anySubnet6, (subnet) => {
        expect(parseSubnet6(formatSubnet6(subnet))).toEqual(subnet);
      }),
    );
  });

  test('reads every way to write the address', () => {
    expect(parseSubnet6('FD00:0:0:1:0:0:0.0.0.0/64')).toEqual({ network: parseIpv6('fd00:0:0:1::'), prefix: 64 });
  });

  test('refuses what is nearly right', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyRight, fc.string()), (text) => {
        fc.pre(!/^[0-9a-f:.]*::[0-9a-f:.]*\/\d+$/i.test(text));
        expect(() => parseSubnet6(text)).toThrow(badCidr());
      }),
    );
  });

  test('refuses bits behind the prefix and says which subnet it would be', () => {
    fc.assert(
      fc.property(anyIpv6, anyPrefix6, (address, prefix) => {
        const subnet = subnetOf6(address, prefix);
        fc.pre(subnet.network !== address);
        expect(() => parseSubnet6(`${formatIpv6(address)}/${prefix}`)).toThrow(
          expect.objectContaining({ message: expect.stringContaining(`the subnet is ${formatSubnet6(subnet)}`) }),
        );
      }),
    );
  });

  test.each([
    ['fd00::', /no prefix length/],
    ['/64', /not an IPv6 address/],
    ['fd00:/64', /not an IPv6 address/],
    ['fe80::%eth0/64', /not an IPv6 address/],
    ['10.0.0.0/8', /not an IPv6 address/],
    ['fd00::/', /prefix length is not a number from 0 to 128/],
    ['fd00::/129', /prefix length is not/],
    ['fd00::/064', /prefix length is not/],
    ['fd00::/-1', /prefix length is not/],
    ['fd00::/64/64', /prefix length is not/],
    ['fd00::/ffff::', /prefix length is not/],
    ['fd00::/64 ', /prefix length is not/],
  ])('refuses %j', (text, reason) => {
    expect(() => parseSubnet6(text)).toThrow(badCidr(reason));
  });

  test.each([undefined, 64, 64n, {}])('refuses %s from JavaScript', (value) => {
    expect(() => parseSubnet6(value as unknown as string)).toThrow(badCidr());
  });
});

describe('arithmetic', () => {
  test.each([
    ['fd00::/64', 'fd00::ffff:ffff:ffff:ffff'],
    ['fd00::/65', 'fd00::7fff:ffff:ffff:ffff'],
    ['fd00::8000:0:0:0/65', 'fd00::ffff:ffff:ffff:ffff'],
    ['fd00::2/127', 'fd00::3'],
    ['fd00::2/128', 'fd00::2'],
    ['8000::/1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['::/0', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ])('the last address of %s is %s', (text, last) => {
    expect(formatIpv6(lastAddress6(parseSubnet6(text)))).toBe(last);
  });

  test('a subnet is the addresses whose first bits are the same', () => {
    const bits = (address: bigint) => address.toString(2).padStart(128, '0');
    fc.assert(
      fc.property(anyIpv6, anyPrefix6, anyIpv6, (address, prefix, other) => {
        const subnet = subnetOf6(address, prefix);
        expect(bits(subnet.network)).toBe(bits(address).slice(0, prefix).padEnd(128, '0'));
        expect(bits(lastAddress6(subnet))).toBe(bits(address).slice(0, prefix).padEnd(128, '1'));
        expect(contains6(subnet, address)).toBe(true);
        expect(contains6(subnet, other)).toBe(bits(other).slice(0, prefix) === bits(address).slice(0, prefix));
      }),
    );
  });

  test('a subnet contains its ends and nothing beyond', () => {
    fc.assert(
      fc.property(anySubnet6, (subnet) => {
        expect(contains6(subnet, subnet.network) && contains6(subnet, lastAddress6(subnet))).toBe(true);
        expect(contains6(subnet, subnet.network - 1n) || contains6(subnet, lastAddress6(subnet) + 1n)).toBe(false);
      }),
    );
  });

  test('two subnets overlap when their ranges do, whichever comes first', () => {
    const nearby = fc
      .tuple(fc.nat({ max: 255 }), fc.integer({ min: 120, max: 128 }))
      .map(([byte, prefix]) => subnetOf6(parseIpv6('fd00::') + BigInt(byte), prefix));
    fc.assert(
      fc.property(fc.oneof(anySubnet6, nearby), fc.oneof(anySubnet6, nearby), (one, other) => {
        const expected = one.network <= lastAddress6(other) && other.network <= lastAddress6(one);
        expect(overlaps6(one, other)).toBe(expected);
        expect(overlaps6(other, one)).toBe(expected);
      }),
    );
  });
});

describe('newUlaSubnet', () => {
  const subnets = Array.from({ length: 500 }, newUlaSubnet);

  test('is a /64 of fd00::/8', () => {
    const local = parseSubnet6('fd00::/8');
    for (const subnet of subnets) {
      expect(subnet.prefix).toBe(64);
      expect(contains6(local, subnet.network)).toBe(true);
      expect(parseSubnet6(formatSubnet6(subnet))).toEqual(subnet);
    }
  });

  test('each of the 56 bits of global id and subnet id is random', () => {
    // Each bit is the same in all of them once in 2^499 runs.
    for (let bit = 64n; bit < 120n; bit++) {
      expect(new Set(subnets.map(({ network }) => (network >> bit) & 1n)).size).toBe(2);
    }
    expect(new Set(subnets.map(formatSubnet6)).size).toBe(subnets.length);
  });
});
