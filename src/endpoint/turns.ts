/** Milliseconds: nobody notices to have waited for so long. */
const shortWait = 1;

/**
 * Turns of the event loop for pieces of work that take it for some milliseconds: however many become ready at one moment, everyone
 * else (timers, connections) has a turn between two of them. Many that are short share one.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  /** When the last turn began, by performance.now(). */
  #latest = Number.NEGATIVE_INFINITY;

  /** Resolves when it is the caller's turn, in the order of the calls. */
  next(): Promise<void> {
    if (this.#waiting.length === 0 && performance.now() - this.#latest < shortWait) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) {
        setImmediate(() => this.#give());
      }
    });
  }

  #give(): void {
    this.#latest = performance.now();
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) {
      setImmediate(() => this.#give());
    }
  }
}
