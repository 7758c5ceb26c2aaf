import { escapeText } from '../../errors/quote.js';
import type { Style } from './style.js';

/** What stands where there is nothing to say. */
const nothing = '-';
const gap = 3;

/**
 * Columns under their titles, as wide as their widest cell and a gap, and at least `narrowest`. Text from outside may be in
 * the cells.
 */
export function formatTable(
  titles: readonly string[],
  rows: readonly (readonly (string | undefined)[])[],
  style: Style,
  narrowest = 0,
): string {
  const cells = rows.map((row) => row.map(printable));
  const widest = titles.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const lineOf = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(Math.max(narrowest, (widest[i] ?? 0) + gap)))
      .join('')
      .trimEnd();
  return [style.bold(lineOf(titles)), ...cells.map(lineOf)].map((line) => `${line}\n`).join('');
}

/** One field a line, its value beside its name; those without a value are left out. */
export function formatFields(
  fields: readonly (readonly [name: string, value: string | undefined])[],
  style: Style,
): string {
  const known = fields.filter(([, value]) => value !== undefined);
  const width = Math.max(...known.map(([name]) => name.length)) + 1;
  return known.map(([name, value]) => `${style.bold(`${name}:`.padEnd(width))}  ${printable(value)}\n`).join('');
}

function printable(text: string | undefined): string {
  return text === undefined ? nothing : escapeText(text);
}
