import type { Foreground } from './foreground.js';

/** At least so much of what waits goes at once: more comes while attaches come than may go in small pieces, and must not pile up. */
const leastShare = 1 / 32;

/** How much is removed at once: a little while attaches come, twice as much each time when none did, all there may be when there is nobody. */
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

  /** How many may go now, of so many that wait. */
  next(waiting: number): number {
    this.#size = this.#nextSize();
    this.#asked = performance.now();
    return Math.min(this.#most, Math.max(this.#size, shareOf(waiting)));
  }

  #nextSize(): number {
    if (this.#foreground.isQuiet) {
      return this.#most;
    }
    return this.#foreground.isQuietSince(this.#asked)
      ? Math.min(Math.max(this.#fewest, 2 * this.#size), this.#most)
      : this.#fewest;
  }
}

/** The least that goes at once, whatever else happens. */
export function shareOf(waiting: number): number {
  return Math.ceil(leastShare * waiting);
}
