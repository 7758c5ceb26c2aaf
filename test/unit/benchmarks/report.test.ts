import { describe, expect, it } from 'vitest';
import { isBeyond, parseOptions } from '../../../benchmarks/lib/report.js';
import { formatNumber, formatValue, tableOf } from '../../../benchmarks/lib/report-table.js';
import { reportText } from '../../../benchmarks/lib/report-text.js';

const table = { count: { usual: 1000, quick: 10, most: 1000 }, rounds: { usual: 5, quick: 1, least: 0, most: 100 } };

describe('parseOptions', () => {
  it('takes what is given, then what is usual', () => {
    expect(parseOptions(table, ['--count=20', '--json'])).toEqual({
      values: { count: 20, rounds: 5 },
      quick: false,
      json: true,
      check: false,
    });
  });

  it('is quick where nothing is given', () => {
    expect(parseOptions(table, ['--quick', '--rounds', '3']).values).toEqual({ count: 10, rounds: 3 });
  });

  it.each(['--count=0', '--count=1001', '--count=x', '--count=1.5', '--count='])('refuses %s', (argument) => {
    expect(() => parseOptions(table, [argument])).toThrow('--count takes a number from 1 to 1000');
  });

  it('refuses what it does not know', () => {
    expect(() => parseOptions(table, ['--peers'])).toThrow('--peers');
  });
});

describe('isBeyond', () => {
  it.each([
    [{ value: 5 }, false],
    [{ value: 5, limit: 5 }, false],
    [{ value: 5.01, limit: 5 }, true],
    [{ value: 5, least: 5 }, false],
    [{ value: 4.99, least: 5 }, true],
    [{ value: Number.NaN, limit: 5 }, true],
  ])('%j: %s', (row, expected) => {
    expect(isBeyond({ label: 'x', unit: '×', ...row })).toBe(expected);
  });
});

it.each([
  [0, '0'],
  [0.01234, '0.0123'],
  [1.5, '1.50'],
  [12.345, '12.3'],
  [123.45, '123'],
  [1234567, '1,234,567'],
  [Number.NaN, '–'],
])('formatNumber(%d) is %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

it.each([
  [1, '×', '1.00×'],
  [54.3, '×', '54.3×'],
  [70, '', '70'],
  [2.4, 'ms', '2.40 ms'],
  [9999, 'µs', '9,999 µs'],
  [12_345, 'µs', '12.3 ms'],
  [12_345_678, 'µs', '12.3 s'],
])('formatValue(%d, %s) is %s', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});

describe('tableOf', () => {
  it('has a column for each group and one for what is promised', () => {
    expect(
      tableOf([
        { label: 'attach', group: 'nftables', value: 1.3, unit: '×', of: 'none published', limit: 1.5 },
        { label: 'attach', group: 'iptables', value: 11.6, unit: '×', of: 'none published' },
        { label: 'elements', group: 'nftables', value: 2006, unit: '' },
      ]),
    ).toEqual({
      header: ['', 'nftables', 'iptables', 'promised'],
      lines: [
        ['attach, against none published', '1.30×', '11.6×', '≤ 1.50×'],
        ['elements', '2,006', '–', ''],
      ],
    });
  });
});

it('shows a report as text', () => {
  const rows = [
    { label: 'take', value: 41.2, unit: 'µs' },
    { label: 'p99', value: 300, unit: 'µs' },
  ];
  expect(reportText({ name: 'pool', title: 'A pool', rows, notes: ['pyroute2: not installed'] })).toBe(
    'A pool\n\n  take  41.2 µs\n  p99    300 µs\n\npyroute2: not installed',
  );
});
