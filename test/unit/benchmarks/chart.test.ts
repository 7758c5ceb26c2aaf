import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barChart, histogram } from '../../../benchmarks/lib/chart.js';

describe('barChart', () => {
  it('draws in proportion to the largest', () => {
    const bars = [
      { label: 'ip', value: 40 },
      { label: 'netplumb', value: 10 },
      { label: 'tiny', value: 0.01 },
      { label: 'none', value: 0 },
    ];
    expect(barChart(bars, { width: 8, unit: 'ms', digits: 1 }).split('\n')).toEqual([
      '      ip ████████ 40.0 ms',
      'netplumb ██       10.0 ms',
      '    tiny ▏         0.0 ms',
      '    none           0.0 ms',
    ]);
  });

  it('draws nothing when everything is nothing', () => {
    expect(barChart([{ label: 'a', value: 0 }], { width: 4 })).toBe('a      0');
  });
});

describe('histogram', () => {
  it('counts equal ranges, and stragglers apart', () => {
    const values = [...Array.from({ length: 100 }, (_, i) => i), 1000];
    const bars = histogram(values, 3);
    expect(bars).toEqual([
      { label: '0–33', value: 33 },
      { label: '33–66', value: 33 },
      { label: '66–99', value: 34 },
      { label: '>99', value: 1 },
    ]);
  });

  it('shows equal values as one bar', () => {
    expect(histogram([7, 7, 7])).toEqual([{ label: '7', value: 3 }]);
  });

  it('counts every value once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 20 }),
        (values, bins) => {
          const counted = histogram(values, bins).reduce((sum, { value }) => sum + value, 0);
          expect(counted).toBe(values.length);
        },
      ),
    );
  });
});
