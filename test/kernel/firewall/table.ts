import { readFileSync } from 'node:fs';
import type { Family } from './scene.js';

/** A row of the documentation's tables, for one address family. */
export interface Row {
  readonly from: string;
  readonly to: string;
  readonly verdict: string;
  /** Whom the server takes for its client; empty where it sees none. */
  readonly sees: string;
}

const page = new URL('../../../docs/firewall.md', import.meta.url);
const chapter = 'Who reaches whom';

/** The rows of each table in that chapter of docs/firewall.md, by the heading above it. */
export function documentedTables(): ReadonlyMap<string, readonly (readonly string[])[]> {
  const [, after = ''] = readFileSync(page, 'utf8').split(`\n## ${chapter}\n`);
  const [text = ''] = after.split('\n## ');
  const sections = text.split('\n### ').slice(1);
  return new Map(sections.map((section) => [section.split('\n')[0] ?? '', rowsIn(section)]));
}

/** Behind the heading of a table: what is different where br_netfilter shows the rules what bridges pass on. */
export const filtered = ', bridged frames filtered';

/**
 * What holds for a network: the first table, and what the ones under its own heading say otherwise. A verdict that differs between
 * the families is written `IPv4: reached; IPv6: dropped`, and so is a client.
 */
export function rowsFor(title: string, family: Family, filtersBridges: boolean): Row[] {
  const tables = documentedTables();
  const [[first = '', general = []] = []] = tables;
  const own = tables.get(title);
  if (!own) {
    throw new Error(`docs/firewall.md has no table "${title}" under "${chapter}"`);
  }
  const rows = [
    ...general,
    ...(title === first ? [] : own),
    ...((filtersBridges && tables.get(`${title}${filtered}`)) || []),
  ];
  const read = rows.map(([from = '', to = '', verdict = '', sees = '']) => [
    `${from} → ${to}`,
    { from, to, verdict: ofFamily(verdict, family), sees: ofFamily(sees, family) },
  ]) as [string, Row][];
  // Of two about the same the later one holds, in the place of the former.
  return [...new Map(read).values()];
}

/** Cells of a table's rows, without those of its head. */
function rowsIn(section: string): string[][] {
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function ofFamily(cell: string, family: Family): string {
  const parts = cell.split('; ');
  return parts.length < 2 ? cell : (parts.find((part) => part.startsWith(`IPv${family}: `))?.slice(6) ?? '');
}
