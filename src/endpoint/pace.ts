import type { Foreground } from './foreground.js';

/** At least so much of what waits goes at once: more comes while attaches come than may go in small pieces, and must not pile up. */
const leastShare = 1 / 32;

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

  /** How many may go now, of so many that wait. */
  next(waiting: number): number {
    const isQuiet = this.#foreground.isQuietSince(this.#asked);
    this.#asked = performance.now();
    this.#size = isQuiet ? Math.min(Math.max(this.#fewest, 2 * this.#size), this.#most) : this.#fewest;
    return Math.min(this.#most, Math.max(this.#size, shareOf(waiting)));
  }
}

/** The least that goes at once, whatever else happens. */
export function shareOf(waiting: number): number {
  return Math.ceil(leastShare * waiting);
}
