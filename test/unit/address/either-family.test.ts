import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnySubnet,
  anyContains,
  anyOverlaps,
  contains,
  contains6,
  familyOf,
  formatAnySubnet,
  formatIpv4,
  formatIpv6,
  overlaps,
  overlaps6,
  parseAnyAddress,
  parseAnySubnet,
  parseIpv4,
  parseIpv6,
  subnetOf,
  subnetOf6,
} from '../../../src/address/index.js';
import { anyIpv4, anyIpv6, anyPrefix, anyPrefix6, nearlyRight } from './arbitraries.js';

const badAddress = expect.objectContaining({
  code: 'EBADADDR',
  message: expect.stringContaining('not a valid IP address'),
});
const badCidr = (reason: RegExp | string = '') =>
  expect.objectContaining({ code: 'EBADCIDR', message: expect.stringMatching(reason) });

const anyAddress = fc.oneof(anyIpv4.map(formatIpv4), anyIpv6.map(formatIpv6));
const anySubnet = fc.oneof(
  fc.tuple(anyIpv4, anyPrefix).map(([address, prefix]): AnySubnet => {
    return { family: 4, subnet: subnetOf(address, prefix) };
  }),
  fc.tuple(anyIpv6, anyPrefix6).map(([address, prefix]): AnySubnet => {
    return { family: 6, subnet: subnetOf6(address, prefix) };
  }),
);

describe('parseAnyAddress and familyOf', () => {
  test("accept what Node's parser accepts without a zone, and nothing else", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), anyAddress, nearlyRight, fc.string()), (text) => {
        const family = text.includes('%') ? 0 : isIP(text);
        if (family === 0) {
          expect(() => parseAnyAddress(text)).toThrow(badAddress);
        } else {
          const expected = family === 4 ? text : formatIpv6(parseIpv6(text));
          expect(parseAnyAddress(text)).toBe(expected);
          expect(familyOf(text)).toBe(family);
        }
        if (!text.includes('/')) {
          expect(familyOf(text)).toBe(family || undefined);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('what is normalised stays as it is', () => {
    fc.assert(
      fc.property(anyAddress, (text) => {
        expect(parseAnyAddress(text)).toBe(text);
      }),
    );
  });

  test.each([
    ['FD00:0::02', 'fd00::2'],
    ['::FFFF:AC11:2', '::ffff:172.17.0.2'],
    ['172.17.0.2', '172.17.0.2'],
  ])('%s is normalised to %s', (text, expected) => {
    expect(parseAnyAddress(text)).toBe(expected);
  });

  test.each([
    ['172.17.0.0/16', 4],
    ['fd00::/64', 6],
    ['web/16', undefined],
    ['/16', undefined],
    ['', undefined],
  ])('the family of subnet %j is %s', (text, expected) => {
    expect(familyOf(text)).toBe(expected);
  });

  test.each([undefined, null, 7, {}, ['::1']])('%j from JavaScript is no address', (value) => {
    expect(() => parseAnyAddress(value as unknown as string)).toThrow(badAddress);
    expect(familyOf(value as unknown as string)).toBe(undefined);
  });
});

describe('parseAnySubnet', () => {
  test('reads what formatAnySubnet writes', () => {
    fc.assert(
      fc.property(anySubnet, (subnet) => {
        expect(parseAnySubnet(formatAnySubnet(subnet))).toEqual(subnet);
        expect(familyOf(formatAnySubnet(subnet))).toBe(subnet.family);
      }),
    );
  });

  test.each([
    ['172.17.0.0', /no prefix length/],
    ['fd00::', /no prefix length/],
    ['web/16', /not an IP address/],
    ['fd00:/16', /not an IPv6 address/],
    ['172.17.0.1/16', /the subnet is 172\.17\.0\.0\/16/],
    ['fd00::1/64', /the subnet is fd00::\/64/],
    ['172.17.0.0/33', /0 to 32/],
    ['fd00::/129', /0 to 128/],
  ])('refuses %j', (text, reason) => {
    expect(() => parseAnySubnet(text)).toThrow(badCidr(reason));
  });

  test('shows a subnet of each family in the hint', () => {
    expect(() => parseAnySubnet('x')).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/172\.17\.0\.0\/16 or fd00:0:0:1::\/64/) }),
    );
  });

  test.each([undefined, 16, {}])('refuses %j from JavaScript', (value) => {
    expect(() => parseAnySubnet(value as unknown as string)).toThrow(badCidr());
  });
});

describe('anyContains and anyOverlaps', () => {
  test('are those of the family, and false across families', () => {
    fc.assert(
      fc.property(anySubnet, anyAddress, anySubnet, (one, address, other) => {
        const isInside =
          one.family === 4
            ? isIP(address) === 4 && contains(one.subnet, parseIpv4(address))
            : isIP(address) === 6 && contains6(one.subnet, parseIpv6(address));
        expect(anyContains(one, address)).toBe(isInside);
        const isOverlap =
          (one.family === 4 && other.family === 4 && overlaps(one.subnet, other.subnet)) ||
          (one.family === 6 && other.family === 6 && overlaps6(one.subnet, other.subnet));
        expect(anyOverlaps(one, other)).toBe(isOverlap);
      }),
    );
  });

  test.each([
    ['172.17.0.0/16', '172.17.255.255', true],
    ['172.17.0.0/16', '172.18.0.0', false],
    ['fd00::/64', 'FD00::FFFF:0:0:0', true],
    ['fd00::/64', 'fd00:0:0:1::', false],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '127.0.0.1', false],
    ['::/0', '::ffff:127.0.0.1', true],
  ])('%s contains %s: %s', (subnet, address, expected) => {
    expect(anyContains(parseAnySubnet(subnet), address)).toBe(expected);
  });

  test.each([
    ['172.16.0.0/12', '172.17.0.0/16', true],
    ['172.16.0.0/16', '172.17.0.0/16', false],
    ['fd00::/8', 'fd00:1::/64', true],
    ['fd00::/64', 'fd00:1::/64', false],
    ['0.0.0.0/0', '::/0', false],
  ])('%s overlaps %s: %s', (one, other, expected) => {
    expect(anyOverlaps(parseAnySubnet(one), parseAnySubnet(other))).toBe(expected);
    expect(anyOverlaps(parseAnySubnet(other), parseAnySubnet(one))).toBe(expected);
  });

  test('anyContains refuses what is no address', () => {
    expect(() => anyContains(parseAnySubnet('::/0'), 'web')).toThrow(badAddress);
  });
});
