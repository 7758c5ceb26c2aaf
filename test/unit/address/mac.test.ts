import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linkLocalFromMac, macFromIpv4, parseIpv4, parseMac } from '../../../src/address/index.js';
import { anyIpv4, nearlyRight } from './arbitraries.js';

const badMac = (reason: RegExp | string = '') =>
  expect.objectContaining({ code: 'EBADMAC', message: expect.stringMatching(reason) });

const bytes = fc.uint8Array({ minLength: 6, maxLength: 6 }).map((array) => [...array]);
const text = (mac: number[], separator: string) =>
  mac.map((byte) => byte.toString(16).padStart(2, '0')).join(separator);

describe('parseMac', () => {
  test('writes every unicast address in one way', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(':', '-'), fc.boolean(), ([first = 0, ...rest], separator, isUpper) => {
        const mac = [first & 0xfe, ...rest];
        fc.pre(mac.some((byte) => byte !== 0));
        const written = text(mac, separator);
        expect(parseMac(isUpper ? written.toUpperCase() : written)).toBe(text(mac, ':'));
      }),
    );
  });

  test('refuses every multicast address', () => {
    fc.assert(
      fc.property(bytes, ([first = 0, ...rest]) => {
        expect(() => parseMac(text([first | 1, ...rest], ':'))).toThrow(badMac(/multicast/));
      }),
    );
  });

  test('refuses any other text', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyRight, fc.string()), (value) => {
        expect(() => parseMac(value)).toThrow(badMac());
      }),
    );
  });

  test.each([
    ['', /six hexadecimal bytes/],
    ['02:42:ac:11:00', /six hexadecimal bytes/],
    ['02:42:ac:11:00:02:03', /six hexadecimal bytes/],
    ['02:42:ac-11-00-02', /six hexadecimal bytes/],
    ['0242.ac11.0002', /six hexadecimal bytes/],
    ['0242ac110002', /six hexadecimal bytes/],
    ['2:42:ac:11:0:2', /six hexadecimal bytes/],
    ['02:42:ac:11:00:0g', /six hexadecimal bytes/],
    ['02:42:ac:11:00:02\n', /six hexadecimal bytes/],
    ['00:00:00:00:00:00', /all zeros/],
    ['ff:ff:ff:ff:ff:ff', /multicast/],
    ['01:00:5e:00:00:01', /multicast/],
  ])('refuses %j', (value, reason) => {
    expect(() => parseMac(value)).toThrow(badMac(reason));
  });

  test.each([undefined, 7, ['02:42:ac:11:00:02']])('refuses %j from JavaScript', (value) => {
    expect(() => parseMac(value as unknown as string)).toThrow(badMac());
  });
});

describe('macFromIpv4', () => {
  test("is 02:42 and the address's four bytes, as Docker derives it", () => {
    expect(macFromIpv4(parseIpv4('172.17.0.2'))).toBe('02:42:ac:11:00:02');
    expect(macFromIpv4(parseIpv4('255.254.128.15'))).toBe('02:42:ff:fe:80:0f');
  });

  test('is an address that an interface can have, and another one for each IPv4 address', () => {
    fc.assert(
      fc.property(anyIpv4, (address) => {
        const mac = macFromIpv4(address);
        expect(parseMac(mac)).toBe(mac);
        expect(Number.parseInt(mac.replaceAll(':', '').slice(4), 16)).toBe(address);
      }),
    );
  });
});

test.each([
  ['02:42:0a:03:00:01', 'fe80::42:aff:fe03:1'],
  ['00:00:5e:00:53:01', 'fe80::200:5eff:fe00:5301'],
  ['fe:ff:ff:ff:ff:ff', 'fe80::fcff:ffff:feff:ffff'],
])('the link-local address of %s is %s, as the kernel has it', (mac, address) => {
  expect(linkLocalFromMac(mac)).toBe(address);
});
