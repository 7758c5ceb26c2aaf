/** Charts of plain text, for people who look at a benchmark in a terminal. */

import { percentile } from './statistics.js';

export interface Bar {
  readonly label: string;
  /** Not negative. */
  readonly value: number;
}

export interface BarChartOptions {
  /** Columns of the longest bar; 40 unless told. */
  readonly width?: number;
  /** Written after each value. */
  readonly unit?: string;
  /** Decimals of each value; none unless told. */
  readonly digits?: number;
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** One line for each bar: its label, a bar in proportion to the largest value, its value. */
export function barChart(bars: readonly Bar[], options: BarChartOptions = {}): string {
  const { width = 40, unit = '', digits = 0 } = options;
  const largest = Math.max(...bars.map(({ value }) => value));
  const labels = Math.max(...bars.map(({ label }) => label.length));
  const texts = bars.map(({ value }) => value.toFixed(digits));
  const numbers = Math.max(...texts.map((text) => text.length));
  return bars
    .map(({ label, value }, i) => {
      const columns = largest > 0 ? (value / largest) * width : 0;
      const bar = drawn(columns).padEnd(width);
      return `${label.padStart(labels)} ${bar} ${texts[i]?.padStart(numbers)}${unit && ` ${unit}`}`;
    })
    .join('\n');
}

/**
 * How many of `values` fall into each of `bins` equal ranges between the smallest and the 99th percentile; a last bar
 * counts what lies above, so that a few stragglers do not flatten the rest.
 */
export function histogram(values: readonly number[], bins = 10): Bar[] {
  const low = Math.min(...values);
  const high = percentile(values, 0.99);
  const size = (high - low) / bins;
  if (size === 0) {
    return [{ label: low.toFixed(0), value: values.length }];
  }
  const counts = new Array<number>(bins).fill(0);
  let above = 0;
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor((value - low) / size));
    if (value > high) {
      above += 1;
    } else {
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  const bars = counts.map((value, bin) => ({
    label: `${(low + bin * size).toFixed(0)}–${(low + (bin + 1) * size).toFixed(0)}`,
    value,
  }));
  return above > 0 ? [...bars, { label: `>${high.toFixed(0)}`, value: above }] : bars;
}

/** A bar of so many columns, to an eighth of a column; never nothing for something. */
function drawn(columns: number): string {
  const parts = columns > 0 ? Math.max(1, Math.round(columns * 8)) : 0;
  return '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8];
}
