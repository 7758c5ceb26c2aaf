import { setTimeout as delay } from 'node:timers/promises';

/** After so many milliseconds without one there is nobody to make room for. */
const quiet = 1000;

/** Milliseconds that a piece of what nobody waits for makes way: nobody is held up, and it gets on all the same. */
const longestWait = 25;

/** What somebody waits for (attaches), so that what nobody waits for can make room for it. */
export class Foreground {
  #underWay = 0;
  /** When the last one came or ended. */
  #latest = Number.NEGATIVE_INFINITY;
  readonly #listeners = new Set<() => void>();

  /** Whether one is under way. */
  get isBusy(): boolean {
    return this.#underWay > 0;
  }

  /** Whether nobody has to be made room for: none is under way, and the last one is a while ago. */
  get isQuiet(): boolean {
    return this.isQuietSince(performance.now() - quiet);
  }

  /** Whether none has been under way since then, by performance.now(). */
  isQuietSince(time: number): boolean {
    return !this.isBusy && this.#latest < time;
  }

  /** Counts as under way until it is settled. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      this.#latest = performance.now();
      if (!this.isBusy) {
        for (const listener of this.#listeners) {
          listener();
        }
      }
    }
  }

  /** Until none is under way, but at most so many milliseconds: whoever asks has to come to an end, too. */
  async idle(longest = longestWait): Promise<void> {
    if (!this.isBusy) {
      return;
    }
    const stop = new AbortController();
    let listener = () => {};
    const quiet = new Promise<void>((resolve) => {
      listener = resolve;
    });
    this.#listeners.add(listener);
    // Aborting is how the timer is given up.
    await Promise.race([quiet, delay(longest, undefined, { signal: stop.signal }).catch(() => undefined)]);
    this.#listeners.delete(listener);
    stop.abort();
  }
}
