import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMtu, parsePid } from '../../../src/address/index.js';
import { nearlyRight } from './arbitraries.js';

describe.each([
  { name: 'parseMtu', parse: parseMtu, min: 68, max: 65535, code: 'EBADMTU' },
  { name: 'parsePid', parse: parsePid, min: 1, max: 4194304, code: 'EBADPID' },
])('$name', ({ parse, min, max, code }) => {
  const bad = expect.objectContaining({ code });

  test('reads every number of its range, written or not', () => {
    fc.assert(
      fc.property(fc.integer({ min, max }), (number) => {
        expect(parse(number)).toBe(number);
        expect(parse(String(number))).toBe(number);
      }),
    );
    expect([parse(min), parse(max), parse(`${min}`), parse(`${max}`)]).toEqual([min, max, min, max]);
  });

  test('refuses every other number', () => {
    const others = fc.oneof(fc.integer({ max: min - 1 }), fc.integer({ min: max + 1 }), fc.double({ noInteger: true }));
    fc.assert(
      fc.property(others, (number) => {
        expect(() => parse(number)).toThrow(bad);
        expect(() => parse(String(number))).toThrow(bad);
      }),
    );
  });

  test('refuses any other text', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyRight, fc.string()), (text) => {
        fc.pre(!/^[1-9]\d*$/.test(text));
        expect(() => parse(text)).toThrow(bad);
      }),
    );
  });

  test.each(['', '0100', '+100', '1e2', '0x64', '100.0', ' 100', '100\n', '100000000000000000000'])(
    'refuses %j',
    (text) => {
      expect(() => parse(text)).toThrow(bad);
    },
  );

  test.each([undefined, null, true, [100], 100n])('refuses %s from JavaScript', (value) => {
    expect(() => parse(value as unknown as number)).toThrow(bad);
  });
});
