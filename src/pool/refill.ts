import { setTimeout as delay } from 'node:timers/promises';
import { attemptAsync } from '../errors/index.js';

export interface RefillOptions {
  /** Whether nobody attaches at the moment. */
  readonly isIdle: () => boolean;
  /** Builds one entry. Returns whether more are wanted. */
  readonly step: () => Promise<boolean>;
}

/** Milliseconds between two takes that come in quick succession: nothing is built meanwhile. */
const pause = 2;
/** Milliseconds until it is tried again after one could not be built. */
const patience = 1000;

/** Builds in the background what was taken: one at a time, and only while nobody takes or attaches. */
export class Refill {
  readonly #options: RefillOptions;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #lastTake = Number.NEGATIVE_INFINITY;
  #problem: Error | undefined;

  constructor(options: RefillOptions) {
    this.#options = options;
  }

  /** Why the last one could not be built; nothing once one could. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  /** To be called with every take. */
  wake(): void {
    this.#lastTake = performance.now();
    if (!this.#closing.signal.aborted) {
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
      });
    }
  }

  /** Ends after what is under way. Can be repeated. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let isWanted = true; isWanted && !signal.aborted; ) {
      await this.#sleep(this.#problem ? patience : pause);
      while (isWanted && !signal.aborted && this.#isQuiet()) {
        const more = await attemptAsync(this.#options.step);
        this.#problem = more instanceof Error ? more : undefined;
        isWanted = more === true || more instanceof Error;
        if (this.#problem) {
          break;
        }
      }
    }
  }

  #isQuiet(): boolean {
    return this.#options.isIdle() && performance.now() - this.#lastTake >= pause;
  }

  /** Does not keep the process from ending. */
  async #sleep(milliseconds: number): Promise<void> {
    await attemptAsync(() => delay(milliseconds, undefined, { ref: false, signal: this.#closing.signal }));
  }
}
