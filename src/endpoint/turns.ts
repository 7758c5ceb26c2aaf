/** Milliseconds: nobody notices to have waited for so long, nor for twice as long where a piece is begun at its end. */
const shortWait = 0.5;

/**
 * What a piece of work is for, the most urgent first: giving the engine something to do, preparing that, telling what came of it.
 * Whoever waits for the last waits for the engine in any case, and it must not wait for them.
 */
const ranks = ['feeding', 'beginning', 'finishing'] as const;

export type Rank = (typeof ranks)[number];

/**
 * Turns of the event loop for pieces of work that take it for a part of a millisecond or more: however many become ready at one moment, everyone
 * else (timers, connections) has a turn between two of them. Many that are short share one.
 */
export class Turns {
  /** In the order in which they come. */
  readonly #waiting: { readonly urgency: number; readonly resolve: () => void }[] = [];
  /** When the last turn began, by performance.now(). */
  #latest = Number.NEGATIVE_INFINITY;

  /** Resolves when it is the caller's turn: by rank, then in the order of the calls. */
  next(rank: Rank): Promise<void> {
    if (this.#waiting.length === 0 && performance.now() - this.#latest < shortWait) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const urgency = ranks.indexOf(rank);
      const behind = this.#waiting.findLastIndex((one) => one.urgency <= urgency);
      this.#waiting.splice(behind + 1, 0, { urgency, resolve });
      if (this.#waiting.length === 1) {
        setImmediate(() => this.#give());
      }
    });
  }

  #give(): void {
    this.#latest = performance.now();
    this.#waiting.shift()?.resolve();
    if (this.#waiting.length > 0) {
      setImmediate(() => this.#give());
    }
  }
}
