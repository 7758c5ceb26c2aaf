/** Work that is timed item by item. */

import type { Times } from './peer.js';

/** Does the work for one item after the other, each when the one before it is through. */
export async function timeEachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<Times> {
  const each: number[] = [];
  const started = performance.now();
  for (const item of items) {
    const begun = performance.now();
    await work(item);
    each.push(1000 * (performance.now() - begun));
  }
  return { total_ms: performance.now() - started, each_us: each };
}
