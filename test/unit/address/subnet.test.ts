import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  contains,
  firstUsable,
  formatIpv4,
  formatSubnet,
  lastAddress,
  lastUsable,
  netmask,
  overlaps,
  parseIpv4,
  parseSubnet,
  subnetOf,
  subnetSize,
} from '../../../src/address/index.js';
import { anyIpv4, anyPrefix, nearlyRight } from './arbitraries.js';

const anySubnet = fc.tuple(anyIpv4, anyPrefix).map(([address, prefix]) => subnetOf(address, prefix));
const badCidr = (reason: RegExp | string = '') =>
  expect.objectContaining({ code: 'EBADCIDR', message: expect.stringMatching(reason) });

describe('parseSubnet', () => {
  test('reads what formatSubnet writes', () => {
    fc.assert(
      fc.property(anySubnet, (subnet) => {
        expect(parseSubnet(formatSubnet(subnet))).toEqual(subnet);
      }),
    );
  });

  test('accepts no other way to write a subnet', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyRight, fc.string()), (text) => {
        expect(() => parseSubnet(text)).toThrow(badCidr());
      }),
    );
  });

  test('refuses bits behind the prefix and says which subnet it would be', () => {
    fc.assert(
      fc.property(anyIpv4, anyPrefix, (address, prefix) => {
        const subnet = subnetOf(address, prefix);
        fc.pre(subnet.network !== address);
        expect(() => parseSubnet(`${formatIpv4(address)}/${prefix}`)).toThrow(
          expect.objectContaining({ message: expect.stringContaining(`the subnet is ${formatSubnet(subnet)}`) }),
        );
      }),
    );
  });

  test.each([
    ['10.0.0.0', /no prefix length/],
    ['10.0.0/8', /not an IPv4 address/],
    ['/8', /not an IPv4 address/],
    ['10.0.0.0/', /prefix length is not/],
    ['10.0.0.0/33', /prefix length is not/],
    ['10.0.0.0/08', /prefix length is not/],
    ['10.0.0.0/-1', /prefix length is not/],
    ['10.0.0.0/8/8', /prefix length is not/],
    ['10.0.0.0/255.0.0.0', /prefix length is not/],
    ['10.0.0.0/8 ', /prefix length is not/],
    ['fd00::/8', /not an IPv4 address/],
  ])('refuses %j', (text, reason) => {
    expect(() => parseSubnet(text)).toThrow(badCidr(reason));
  });

  test.each([undefined, 8, {}])('refuses %j from JavaScript', (value) => {
    expect(() => parseSubnet(value as unknown as string)).toThrow(badCidr());
  });
});

describe('arithmetic', () => {
  test.each([
    ['172.17.0.0/16', '255.255.0.0', '172.17.0.1', '172.17.255.254', '172.17.255.255', 65536],
    ['10.0.0.0/8', '255.0.0.0', '10.0.0.1', '10.255.255.254', '10.255.255.255', 16777216],
    ['192.168.1.128/30', '255.255.255.252', '192.168.1.129', '192.168.1.130', '192.168.1.131', 4],
    ['192.168.1.128/31', '255.255.255.254', '192.168.1.128', '192.168.1.129', '192.168.1.129', 2],
    ['192.168.1.128/32', '255.255.255.255', '192.168.1.128', '192.168.1.128', '192.168.1.128', 1],
    ['128.0.0.0/1', '128.0.0.0', '128.0.0.1', '255.255.255.254', '255.255.255.255', 2 ** 31],
    ['0.0.0.0/0', '0.0.0.0', '0.0.0.1', '255.255.255.254', '255.255.255.255', 2 ** 32],
  ])('%s', (text, mask, first, lastHost, last, size) => {
    const subnet = parseSubnet(text);
    expect(formatIpv4(netmask(subnet.prefix))).toBe(mask);
    expect(formatIpv4(firstUsable(subnet))).toBe(first);
    expect(formatIpv4(lastUsable(subnet))).toBe(lastHost);
    expect(formatIpv4(lastAddress(subnet))).toBe(last);
    expect(subnetSize(subnet)).toBe(size);
  });

  test('a subnet contains exactly the addresses from its first to its last', () => {
    fc.assert(
      fc.property(anySubnet, anyIpv4, (subnet, address) => {
        expect(contains(subnet, address)).toBe(address >= subnet.network && address <= lastAddress(subnet));
        expect(contains(subnet, subnet.network) && contains(subnet, lastAddress(subnet))).toBe(true);
      }),
    );
  });

  test('every address is in the subnet made of it', () => {
    fc.assert(
      fc.property(anyIpv4, anyPrefix, (address, prefix) => {
        expect(contains(subnetOf(address, prefix), address)).toBe(true);
      }),
    );
  });

  test('two subnets overlap when their ranges do, whichever comes first', () => {
    const nearby = fc
      .tuple(fc.nat({ max: 255 }), fc.integer({ min: 24, max: 32 }))
      .map(([byte, prefix]) => subnetOf(parseIpv4('10.0.0.0') + byte, prefix));
    fc.assert(
      fc.property(fc.oneof(anySubnet, nearby), fc.oneof(anySubnet, nearby), (one, other) => {
        const expected = one.network <= lastAddress(other) && other.network <= lastAddress(one);
        expect(overlaps(one, other)).toBe(expected);
        expect(overlaps(other, one)).toBe(expected);
      }),
    );
  });
});
