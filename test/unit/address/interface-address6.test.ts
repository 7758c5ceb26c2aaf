import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatInterfaceAddress6,
  isHostIpv6,
  parseInterfaceAddress6,
  parseIpv6,
  subnetOf6,
} from '../../../src/address/index.js';
import { anyIpv6, anyPrefix6 } from './arbitraries.js';

const badCidr = (reason: RegExp | string = '') =>
  expect.objectContaining({ code: 'EBADCIDR', message: expect.stringMatching(reason) });

describe('parseInterfaceAddress6', () => {
  test('reads address and subnet', () => {
    expect(parseInterfaceAddress6('FD00:0:0:1::1/64')).toEqual({
      address: parseIpv6('fd00:0:0:1::1'),
      subnet: { network: parseIpv6('fd00:0:0:1::'), prefix: 64 },
    });
  });

  test('reads what formatInterfaceAddress6 writes if a host can have it, and nothing else', () => {
    fc.assert(
      fc.property(anyIpv6, anyPrefix6, (address, prefix) => {
        const subnet = subnetOf6(address, prefix);
        const text = formatInterfaceAddress6({ address, subnet });
        if (isHostIpv6(address) && (address !== subnet.network || prefix >= 127)) {
          expect(parseInterfaceAddress6(text)).toEqual({ address, subnet });
        } else {
          expect(() => parseInterfaceAddress6(text)).toThrow(badCidr());
        }
      }),
    );
  });

  test.each(['fd00::/127', 'fd00::1/127', 'fd00::/128', 'fe80::1/64', 'fd00::ffff:ffff:ffff:ffff/64'])(
    'accepts %s',
    (text) => {
      expect(formatInterfaceAddress6(parseInterfaceAddress6(text))).toBe(text);
    },
  );

  test.each([
    ['fd00::/64', /anycast/],
    ['fd00::/126', /anycast/],
    ['::/0', /one host/],
    ['::1/128', /one host/],
    ['ff02::1/64', /one host/],
    ['::ffff:172.17.0.1/112', /one host/],
    ['172.17.0.1/16', /not an IPv6 address/],
    ['fd00::1', /no prefix length/],
    ['fd00::1/129', /prefix length is not/],
  ])('refuses %s', (text, reason) => {
    expect(() => parseInterfaceAddress6(text)).toThrow(badCidr(reason));
  });

  test('shows an interface address in the hint', () => {
    expect(() => parseInterfaceAddress6('x')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('fd00:0:0:1::1/64') }),
    );
  });
});
