import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distribution, mean, meansOfParts, median, percentile } from '../../../benchmarks/lib/statistics.js';

const numbers = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 200 });

describe('percentile', () => {
  it('is the nearest rank', () => {
    const values = [50, 15, 40, 20, 35];
    expect([0, 0.05, 0.3, 0.4, 0.5, 1].map((fraction) => percentile(values, fraction))).toEqual([
      15, 15, 20, 20, 35, 50,
    ]);
  });

  it('is a value that at least this share of the values do not exceed, and the smallest such', () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, fraction) => {
        const found = percentile(values, fraction);
        const share = (limit: number) => values.filter((value) => value <= limit).length / values.length;
        expect(values).toContain(found);
        expect(share(found)).toBeGreaterThanOrEqual(fraction);
        const smaller = values.filter((value) => value < found);
        if (smaller.length > 0) {
          expect(share(Math.max(...smaller))).toBeLessThan(fraction);
        }
      }),
    );
  });

  it('leaves the list as it was', () => {
    const values = [3, 1, 2];
    percentile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('median', () => {
  it('is the middle, or the mean of both middles', () => {
    expect([median([7]), median([9, 1, 5]), median([4, 1, 10, 2])]).toEqual([7, 5, 3]);
  });
});

describe('meansOfParts', () => {
  it('averages stretches in order', () => {
    expect(meansOfParts([1, 3, 10, 20], 2)).toEqual([2, 15]);
  });

  it('has no more parts than values', () => {
    expect(meansOfParts([5, 6, 7], 10)).toEqual([5, 6, 7]);
  });

  it('counts every value once', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 20 }), (values, parts) => {
        const means = meansOfParts(values, parts);
        const edge = (part: number) => Math.round((part * values.length) / means.length);
        const sum = means.reduce((total, average, part) => total + average * (edge(part + 1) - edge(part)), 0);
        expect(sum).toBeCloseTo(mean(values) * values.length, 3);
      }),
    );
  });
});

describe('distribution', () => {
  it('keeps the order for the tenths only', () => {
    const rising = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(distribution(rising)).toEqual({
      p50_us: 50,
      p99_us: 99,
      max_us: 100,
      first_tenth_us: 5.5,
      last_tenth_us: 95.5,
    });
  });
});

it.each([
  ['percentile', () => percentile([], 0.5)],
  ['median', () => median([])],
  ['mean', () => mean([])],
  ['distribution', () => distribution([])],
])('%s refuses an empty list', (_, call) => {
  expect(call).toThrow(new RangeError('no values'));
});
