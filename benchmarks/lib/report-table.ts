/** A report's rows as a table of text: what a terminal and the documentation show alike. */

import type { Row } from './report.js';

export interface TextTable {
  /** As many cells as each line has; the first is that of the labels, empty. */
  readonly header: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

/**
 * One line for each label, in order of first appearance; one column for each group. Rows without a group are one column whose
 * header is empty. What is missing is '–'. What is
 * promised of a line has a column of its own when there is anything promised.
 */
export function tableOf(rows: readonly Row[]): TextTable {
  const labels = unique(rows.map(labelOf));
  const groups = unique(rows.map(({ group = '' }) => group));
  const columns = groups.map((group) => columnOf(group, rows, labels));
  const promises = labels.map((label) => promiseOf(rows.filter((row) => labelOf(row) === label)));
  const promised = promises.some((text) => text !== '');
  return {
    header: ['', ...columns.map(({ header }) => header), ...(promised ? ['promised'] : [])],
    lines: labels.map((label, i) => [
      label,
      ...columns.map(({ cells }) => cells[i] ?? '–'),
      ...(promised ? [promises[i] ?? ''] : []),
    ]),
  };
}

/** Three significant digits, whole numbers whole; never in powers of ten. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) {
    return '–';
  }
  if (Number.isInteger(value) || Math.abs(value) >= 100) {
    return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',');
  }
  const digits = value === 0 ? 0 : 2 - Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(4, Math.max(0, digits)));
}

/** Units of time, each a thousand times the one before. */
const times = ['µs', 'ms', 's'];

/** A number with its unit, in a larger one from ten thousand on; ratios have two decimals below ten, whole ones too. */
export function formatValue(value: number, unit: string): string {
  const larger = times[times.indexOf(unit) + 1];
  if (times.includes(unit) && larger !== undefined && Math.abs(value) >= 10_000) {
    return formatValue(value / 1000, larger);
  }
  if (unit === '×') {
    return `${Math.abs(value) < 10 ? value.toFixed(2) : formatNumber(value)}×`;
  }
  return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

function labelOf({ label, of }: Row): string {
  return of === undefined ? label : `${label}, against ${of}`;
}

function columnOf(group: string, rows: readonly Row[], labels: readonly string[]) {
  const own = rows.filter((row) => (row.group ?? '') === group);
  const cells = labels.map((label) => {
    const row = own.find((candidate) => labelOf(candidate) === label);
    return row && formatValue(row.value, row.unit);
  });
  return { header: group, cells };
}

/** What is promised of the rows of one label, once. */
function promiseOf(rows: readonly Row[]): string {
  const texts = rows.flatMap(({ limit, least, unit }) => [
    ...(limit === undefined ? [] : [`≤ ${formatValue(limit, unit)}`]),
    ...(least === undefined ? [] : [`≥ ${formatValue(least, unit)}`]),
  ]);
  return unique(texts).join(', ');
}

function unique<Item>(items: readonly Item[]): Item[] {
  return [...new Set(items)];
}
