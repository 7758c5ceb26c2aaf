/** A report for a terminal. */

import type { Report } from './report.js';
import { tableOf } from './report-table.js';

/** Title, table, picture, notes. */
export function reportText({ title, rows, picture, notes = [] }: Report): string {
  const { header, lines } = tableOf(rows);
  const all = [header, ...lines];
  const widths = header.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const drawn = all.map((cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
  // A header that says nothing is none.
  const shown = header.some((cell) => cell !== '') ? drawn : drawn.slice(1);
  const table = shown.map((line) => `  ${line}`.trimEnd());
  const below = [...(picture === undefined ? [] : [picture]), ...notes].map((text) => `\n${text}`);
  return [title, '', ...table, ...below].join('\n');
}
