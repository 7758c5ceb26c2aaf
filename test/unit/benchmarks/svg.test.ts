import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chart } from '../../../benchmarks/lib/report.js';
import { linearScale, logScale } from '../../../benchmarks/lib/scale.js';
import { chartSvg, spread } from '../../../benchmarks/lib/svg.js';

const positive = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

describe.each([
  ['linearScale', linearScale],
  ['logScale', logScale],
])('%s', (_, scaleOf) => {
  it('has room for every value, between its first and last tick', () => {
    fc.assert(
      fc.property(positive, (values) => {
        const scale = scaleOf(values);
        for (const value of values) {
          expect(scale.at(value)).toBeGreaterThanOrEqual(-1e-6);
          expect(scale.at(value)).toBeLessThanOrEqual(1 + 1e-6);
        }
        for (const tick of scale.ticks) {
          expect(scale.at(tick)).toBeGreaterThanOrEqual(-1e-6);
          expect(scale.at(tick)).toBeLessThanOrEqual(1 + 1e-6);
        }
        expect(scale.ticks.length).toBeGreaterThan(1);
      }),
    );
  });
});

it('ticks are round', () => {
  expect(linearScale([3, 97]).ticks).toEqual([0, 20, 40, 60, 80, 100]);
  expect(logScale([0.5, 300]).ticks).toEqual([1, 10, 100]);
  expect(logScale([3, 11]).ticks).toEqual([2, 5, 10, 20]);
  expect(logScale([10]).ticks).toEqual([10, 20]);
});

describe('spread', () => {
  const room = { step: 15, top: 0, bottom: 400 };

  it('leaves alone what is far enough apart', () => {
    expect(spread([300, 20, 100], room)).toEqual([300, 20, 100]);
  });

  it('keeps them apart, in order, and within', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1, maxLength: 20 }), (wanted) => {
        const rows = spread(wanted, room).toSorted((a, b) => a - b);
        expect(rows[0]).toBeGreaterThanOrEqual(-1e-9);
        expect(rows.at(-1)).toBeLessThanOrEqual(400 + 1e-9);
        rows.slice(1).forEach((row, i) => {
          expect(row - (rows[i] ?? 0)).toBeGreaterThanOrEqual(15 - 1e-9);
        });
      }),
    );
  });
});

describe('chartSvg', () => {
  const chart: Chart = {
    name: 'latency',
    title: 'A < B & "C"',
    x: { label: 'endpoints', scale: 'log' },
    y: { label: 'milliseconds', scale: 'log' },
    series: [
      {
        label: 'netplumb <b>',
        points: [
          [1, 1],
          [100, 2],
        ],
      },
      { label: 'at once', points: [[100, 0.5]] },
      { label: 'never', points: [] },
    ],
  };

  it('draws a line for many points and a dot for one, and names both', () => {
    const svg = chartSvg(chart);
    expect(svg.match(/<polyline/g)).toHaveLength(1);
    expect(svg.match(/<circle/g)).toHaveLength(1);
    expect(svg).toContain('>netplumb &lt;b&gt;</text>');
    expect(svg).not.toContain('never');
  });

  it('pastes nothing into its markup', () => {
    expect(chartSvg(chart)).toContain('>A &lt; B &amp; &quot;C&quot;</text>');
  });

  it('leaves out what a logarithmic axis cannot show', () => {
    const series = [{ label: 'x', points: [[0, 1] as const, [1, 1] as const, [2, Number.NaN] as const] }];
    expect(chartSvg({ ...chart, series }).match(/<circle/g)).toHaveLength(1);
    expect(chartSvg({ ...chart, series })).not.toMatch(/NaN|Infinity/);
  });

  it('says so when there is nothing', () => {
    expect(chartSvg({ ...chart, series: [] })).toContain('no figures');
  });
});
