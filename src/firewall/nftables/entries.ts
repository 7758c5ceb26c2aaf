import {
  type Connection,
  elementsOf,
  listElements,
  type RawElement,
  type TableRef,
  TableFamily as tableFamilies,
} from '../../netlink/index.js';
import type { Element } from '../element.js';
import { groupBy } from '../group.js';
import type { FirewallNames } from '../names.js';
import { rawElements } from './raw.js';
import { type SetName, setShapes, type TableFamily } from './sets.js';

/** An element as the kernel keeps it. */
export interface RawEntry {
  readonly table: TableRef;
  readonly set: SetName;
  readonly element: RawElement;
}

/** A table as requests name it. */
export function tableRef(family: TableFamily, { table: name }: FirewallNames): TableRef {
  return { family: tableFamilies[family], name };
}

/** Elements in the kernel's bytes, each once. */
export function rawEntries(elements: readonly Element[], names: FirewallNames): RawEntry[] {
  const entries = elements.flatMap((element) => {
    const table = tableRef(element.table, names);
    return rawElements(element).map((raw): RawEntry => ({ table, set: element.set, element: raw }));
  });
  return [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()];
}

/** All elements of our sets in some tables. Throws ENOENT when one is missing. */
export async function listEntries(
  connection: Connection,
  families: readonly TableFamily[],
  names: FirewallNames,
): Promise<RawEntry[]> {
  const sets = families.flatMap((family) =>
    (Object.keys(setShapes[family]) as SetName[]).map((set) => ({ table: tableRef(family, names), set })),
  );
  const listed = await Promise.all(sets.map(({ table, set }) => connection.list(listElements(table, set))));
  return sets.flatMap(({ table, set }, i) =>
    elementsOf(listed[i] ?? []).map((element): RawEntry => ({ table, set, element })),
  );
}

/** What has to come and to go to make `wanted` of `found`. One that leads elsewhere goes and comes. */
export function rawDifference(found: readonly RawEntry[], wanted: readonly RawEntry[]) {
  const has = new Set(found.map(textOf));
  const wants = new Set(wanted.map(textOf));
  return {
    add: wanted.filter((entry) => !has.has(textOf(entry))),
    remove: found.filter((entry) => !wants.has(textOf(entry))),
  };
}

/** Entries of one set each. */
export function bySet(entries: readonly RawEntry[]): { table: TableRef; set: SetName; elements: RawElement[] }[] {
  return [...groupBy(entries, ({ set }) => set).values()].map((group) => {
    const { table, set } = group[0] as RawEntry;
    return { table, set, elements: group.map(({ element }) => element) };
  });
}

function keyOf({ table, set, element: { key, flags = 0 } }: RawEntry): string {
  return `${table.family} ${set} ${flags} ${Buffer.from(key).toString('latin1')}`;
}

function textOf(entry: RawEntry): string {
  const { keyEnd = [], data = [] } = entry.element;
  return `${keyOf(entry)} ${Buffer.from(keyEnd).toString('latin1')} ${Buffer.from(data).toString('latin1')}`;
}
