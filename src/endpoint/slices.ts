import { setImmediate as nextTurn } from 'node:timers/promises';

/** Records that are worked on without anybody else in between: a few milliseconds of the main thread. */
const sliceSize = 64;

/** The items in pieces, in order. */
export function slicesOf<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / sliceSize) }, (_, i) =>
    items.slice(i * sliceSize, (i + 1) * sliceSize),
  );
}

/** Does some work for pieces of the items in turn, with a turn of the event loop for everyone else between two; all it returned. */
export async function inSlices<Item, Result>(
  items: readonly Item[],
  work: (slice: readonly Item[]) => Result[] | Promise<Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [i, slice] of slicesOf(items).entries()) {
    if (i > 0) {
      await nextTurn();
    }
    results.push(...(await work(slice)));
  }
  return results;
}
