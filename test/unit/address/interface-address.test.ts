import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  firstUsable,
  formatInterfaceAddress,
  isHostIpv4,
  lastUsable,
  parseInterfaceAddress,
  parseIpv4,
  subnetOf,
} from '../../../src/address/index.js';
import { anyIpv4, anyPrefix, nearlyRight } from './arbitraries.js';

const badCidr = (reason: RegExp | string = '') =>
  expect.objectContaining({ code: 'EBADCIDR', message: expect.stringMatching(reason) });

describe('parseInterfaceAddress', () => {
  test('reads the default bridge address', () => {
    expect(parseInterfaceAddress('172.17.0.1/16')).toEqual({
      address: parseIpv4('172.17.0.1'),
      subnet: { network: parseIpv4('172.17.0.0'), prefix: 16 },
    });
  });

  test('reads what formatInterfaceAddress writes if a host can have it, and nothing else', () => {
    fc.assert(
      fc.property(anyIpv4, anyPrefix, (address, prefix) => {
        const subnet = subnetOf(address, prefix);
        const text = formatInterfaceAddress({ address, subnet });
        if (isHostIpv4(address) && address >= firstUsable(subnet) && address <= lastUsable(subnet)) {
          expect(parseInterfaceAddress(text)).toEqual({ address, subnet });
        } else {
          expect(() => parseInterfaceAddress(text)).toThrow(badCidr());
        }
      }),
    );
    fc.assert(
      fc.property(fc.oneof(nearlyRight, fc.string()), (text) => {
        expect(() => parseInterfaceAddress(text)).toThrow(badCidr());
      }),
    );
  });

  test.each(['10.0.0.0/31', '10.0.0.1/31', '10.0.0.1/32'])('accepts %s, which has no broadcast address', (text) => {
    expect(formatInterfaceAddress(parseInterfaceAddress(text))).toBe(text);
  });

  test.each([
    ['172.17.0.0/16', /network address/],
    ['172.17.255.255/16', /broadcast address/],
    ['127.0.0.1/8', /one host/],
    ['224.0.0.1/4', /one host/],
    ['255.255.255.255/32', /one host/],
    ['172.17.0.1', /no prefix length/],
    ['172.17.0.1/33', /prefix length is not/],
  ])('refuses %s', (text, reason) => {
    expect(() => parseInterfaceAddress(text)).toThrow(badCidr(reason));
  });

  test('shows an interface address in the hint', () => {
    expect(() => parseInterfaceAddress('x')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('172.17.0.1/16') }),
    );
  });
});
