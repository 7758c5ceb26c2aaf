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

/** Goes on behind all of these interface indexes that were once given out. In a transaction. */
export function passHostIndexes({ counters }: Tables, given: readonly number[]): void {
  const next = given.reduce((highest, index) => Math.max(highest, index + 1), counters.get(counter) ?? firstIndex);
  counters.putSync(counter, next);
}
