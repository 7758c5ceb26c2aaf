import type { Tables } from './store.js';

const counter = 'hostIndex';

/** Far above the numbers that the kernel gives out by itself, which begin at 1. */
const firstIndex = 1_000_000;

/**
 * The next interface index for a host's end of a pair, never given twice between two boots: a link is found by it even
 * when someone has renamed it, and no other link is ever mistaken for it. In a transaction.
 */
export function takeHostIndex({ counters }: Tables): number {
  const index = counters.get(counter) ?? firstIndex;
  counters.putSync(counter, index + 1);
  return index;
}

/** Passes over numbers that others have taken: the next is above `taken`. In a transaction. */
export function skipHostIndex({ counters }: Tables, taken: number): void {
  counters.putSync(counter, Math.max(counters.get(counter) ?? firstIndex, taken + 1));
}
