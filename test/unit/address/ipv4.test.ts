import { isIPv4 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv4, isHostIpv4, parseIpv4 } from '../../../src/address/index.js';
import { anyIpv4, nearlyRight } from './arbitraries.js';

describe('parseIpv4', () => {
  test('reads what formatIpv4 writes', () => {
    fc.assert(
      fc.property(anyIpv4, (address) => {
        expect(parseIpv4(formatIpv4(address))).toBe(address);
      }),
    );
  });

  test("accepts what Node's strict parser accepts, and nothing else", () => {
    const quadLike = fc
      .array(
        fc.oneof(fc.nat({ max: 300 }).map(String), fc.constantFrom('', '00', '01', '0x1', '1e1', '+1', ' 1', '١')),
        {
          minLength: 3,
          maxLength: 5,
        },
      )
      .map((parts) => parts.join('.'));
    fc.assert(
      fc.property(fc.oneof(quadLike, nearlyRight, fc.ipV4(), fc.string()), (text) => {
        if (isIPv4(text)) {
          expect(formatIpv4(parseIpv4(text))).toBe(text);
        } else {
          expect(() => parseIpv4(text)).toThrow(expect.objectContaining({ code: 'EBADADDR' }));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['0.0.0.0', 0],
    ['172.17.0.2', 0xac110002],
    ['128.0.0.1', 0x80000001],
    ['255.255.255.255', 0xffffffff],
  ])('%s', (text, address) => {
    expect(parseIpv4(text)).toBe(address);
  });

  test.each(['', '.', '1', '10.1', '10.0.1', '1.2.3.4.', '.1.2.3.4', '1..2.3', '1.2.3.4.5', '010.0.0.1', '1.2.3.00'])(
    'refuses %j',
    (text) => {
      expect(() => parseIpv4(text)).toThrow(expect.objectContaining({ code: 'EBADADDR' }));
    },
  );

  test.each(['256.0.0.1', '1.2.3.4 ', ' 1.2.3.4', '1.2.3.4\n', '-1.2.3.4', '0x7f.0.0.1', '1.2.3.4/8', '::1', 'host'])(
    'refuses %j too',
    (text) => {
      expect(() => parseIpv4(text)).toThrow(expect.objectContaining({ code: 'EBADADDR' }));
    },
  );

  test.each([undefined, null, 7, {}, ['1.2.3.4']])('refuses %j from JavaScript', (value) => {
    expect(() => parseIpv4(value as unknown as string)).toThrow(expect.objectContaining({ code: 'EBADADDR' }));
  });
});

test.each([
  ['10.0.0.1', true],
  ['172.17.255.254', true],
  ['223.255.255.255', true],
  ['240.0.0.1', true],
  ['0.0.0.0', false],
  ['0.1.2.3', false],
  ['127.0.0.1', false],
  ['224.0.0.1', false],
  ['239.255.255.255', false],
  ['255.255.255.255', false],
])('isHostIpv4 of %s is %s', (text, expected) => {
  expect(isHostIpv4(parseIpv4(text))).toBe(expected);
});
