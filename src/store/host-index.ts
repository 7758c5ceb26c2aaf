import type { Tables } from './store.js';

const counter = 'hostIndex';

/** Far above the numbers that the kernel gives out by itself, which begin at 1. */
const firstIndex = 1_000_000;

/**
 * The next interface index for a host's end of a pair, never given twice between two boots: a link is found by it even
 * when someone has renamed it, and no other link is ever mistaken for it. Numbers that others have `taken` are passed
 * over. In a transaction.
 */
export function takeHostIndex({ counters }: Tables, taken: ReadonlySet<number> = new Set()): number {
  let index = counters.get(counter) ?? firstIndex;
  while (taken.has(index)) {
    index++;
  }
  counters.putSync(counter, index + 1);
  return index;
}
