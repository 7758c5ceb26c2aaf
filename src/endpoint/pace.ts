import type { Foreground } from './foreground.js';

/** How much is removed at once: a little while attaches come, twice as much each time when none did. */
export class Pace {
  readonly #foreground: Foreground;
  readonly #fewest: number;
  readonly #most: number;
  #size = 0;
  #asked = Number.NEGATIVE_INFINITY;

  constructor(foreground: Foreground, { fewest, most }: { readonly fewest: number; readonly most: number }) {
    this.#foreground = foreground;
    this.#fewest = fewest;
    this.#most = most;
  }

  /** How many may go now. */
  next(): number {
    const isQuiet = this.#foreground.isQuietSince(this.#asked);
    this.#asked = performance.now();
    this.#size = isQuiet ? Math.min(Math.max(this.#fewest, 2 * this.#size), this.#most) : this.#fewest;
    return this.#size;
  }
}
