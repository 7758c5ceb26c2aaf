import type { Element } from './element.js';

/** Elements that come into force and go out of it, all together. */
export interface Change {
  readonly add: readonly Element[];
  readonly remove: readonly Element[];
}

export function isEmpty({ add, remove }: Change): boolean {
  return add.length === 0 && remove.length === 0;
}

/** What makes `after` of `before`. An element whose value is another one goes and comes. */
export function difference(before: readonly Element[], after: readonly Element[]): Change {
  if (before.length === 0 || after.length === 0) {
    return { add: after, remove: before };
  }
  const had = new Set(before.map(textOf));
  const has = new Set(after.map(textOf));
  return {
    add: after.filter((element) => !had.has(textOf(element))),
    remove: before.filter((element) => !has.has(textOf(element))),
  };
}

/** Those that come without another of the same key having to go first. */
export function additions({ add, remove }: Change): readonly Element[] {
  const going = new Set(remove.map(keyOf));
  return add.filter((element) => !going.has(keyOf(element)));
}

function keyOf({ table, set, key }: Element): string {
  return [table, set, ...key.map((field) => field.value)].join(' ');
}

function textOf(element: Element): string {
  return [keyOf(element), '', ...(element.value ?? []).map((field) => field.value)].join(' ');
}
