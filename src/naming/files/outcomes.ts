import { setImmediate } from 'node:timers/promises';
import { attempt } from '../../errors/index.js';

/** So many sandboxes' files are looked after in one go, before others get their turn: some milliseconds. */
const chunkSize = 32;

/** What became of each, in order; others get their turn in between. */
export async function inChunks<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
): Promise<(Result | Error)[]> {
  const outcomes: (Result | Error)[] = [];
  for (let at = 0; at < items.length; at += chunkSize) {
    if (at > 0) {
      await setImmediate();
    }
    outcomes.push(...items.slice(at, at + chunkSize).map((item) => attempt(() => work(item))));
  }
  return outcomes;
}
