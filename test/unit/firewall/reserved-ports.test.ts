import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatRanges, parseRanges } from '../../../src/firewall/reserved-ports.js';

const ports = fc.uniqueArray(fc.integer({ min: 1, max: 65535 }), { maxLength: 200 });

describe('reserved ports', () => {
  test('are written as the kernel lists them', () => {
    expect(formatRanges([9149, 8080, 9148, 9150])).toBe('8080,9148-9150');
    expect(parseRanges('8080,9148-9150')).toEqual([8080, 9148, 9149, 9150]);
  });

  test('are none, which has to be said by a line break', () => {
    expect(formatRanges([])).toBe('\n');
    expect(parseRanges('')).toEqual([]);
    expect(parseRanges('\n')).toEqual([]);
  });

  test('stay the same when they are written and read', () => {
    fc.assert(
      fc.property(ports, (some) => {
        expect(parseRanges(formatRanges(some))).toEqual([...some].sort((one, other) => one - other));
      }),
    );
  });

  test('are written in as few ranges as there are gaps', () => {
    fc.assert(
      fc.property(ports, (some) => {
        const has = new Set(some);
        const starts = some.filter((port) => !has.has(port - 1)).length;
        expect(parseRanges(formatRanges(some)).length).toBe(some.length);
        expect(
          formatRanges(some)
            .split(',')
            .filter((range) => range !== '\n').length,
        ).toBe(starts);
      }),
    );
  });
});
