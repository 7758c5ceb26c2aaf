import { newError } from '../errors/index.js';
import { Turns } from './turns.js';

/** How items travel together. */
export interface BatcherOptions<Item, Result> {
  /** Does the work for some items; one result for each, in order. What it throws is thrown to each. */
  readonly run: (items: readonly Item[]) => Promise<Result[]>;
  /** The most items of one run; asked before each, given how many items wait and how many runs are under way, where that is not always the same. */
  readonly chunkSize: number | ((waiting: number, underWay: number) => number);
  /** The most runs at once: with more than one, the next is being prepared while the engine works. */
  readonly mostUnderWay: number;
  /** Before each run: waits until it may begin. It is told how many items wait. Must not reject. */
  readonly turn?: ((waiting: number) => Promise<void> | undefined) | undefined;
  /** Where runs share turns of the event loop with other work. Default: their own. */
  readonly turns?: Turns | undefined;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result, isLastOfRun: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls of one moment travel together, in chunks, with a turn of the event loop for everyone else between two. */
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>;
  readonly #turns: Turns;
  #waiting: Waiting<Item, Result>[] = [];
  #pump: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
    this.#turns = options.turns ?? new Turns();
  }

  /** The result for one item. Throws what its run throws, and ECLOSED. */
  one(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => this.#enqueue([{ item, resolve, reject }]));
  }

  /**
   * The results for many, in order. `onProgress` hears now and then how many are done; it is not called again
   * once it has thrown, and what it threw is thrown when all are done.
   */
  all(items: readonly Item[], onProgress?: (done: number, total: number) => void): Promise<Result[]> {
    if (items.length === 0) {
      return Promise.resolve([]);
    }
    return new Promise((resolve, reject) => {
      const results = new Array<Result>(items.length);
      let done = 0;
      let report = onProgress;
      let settle = () => resolve(results);
      const take = (i: number, result: Result, isLastOfRun: boolean) => {
        results[i] = result;
        done++;
        if (isLastOfRun || done === items.length) {
          try {
            report?.(done, items.length);
          } catch (error) {
            report = undefined;
            settle = () => reject(error);
          }
        }
        if (done === items.length) {
          settle();
        }
      };
      this.#enqueue(items.map((item, i) => ({ item, resolve: (result, isLast) => take(i, result, isLast), reject })));
    });
  }

  /** Refuses further items and waits for those that were taken. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pump;
  }

  #enqueue(entries: readonly Waiting<Item, Result>[]): void {
    if (this.#isClosed) {
      throw newError('ECLOSED', {});
    }
    this.#waiting = this.#waiting.concat(entries);
    this.#pump ??= this.#run();
  }

  /** Until nothing waits and nothing is under way. Never rejects. */
  async #run(): Promise<void> {
    const { mostUnderWay, turn } = this.#options;
    const underWay = new Set<Promise<void>>();
    // Whatever else is asked for in this turn of the event loop joins the first chunk.
    await Promise.resolve();
    while (this.#waiting.length > 0 || underWay.size > 0) {
      if (this.#waiting.length === 0 || underWay.size >= mostUnderWay) {
        await Promise.race(underWay);
        continue;
      }
      await turn?.(this.#waiting.length);
      const chunk = this.#take(underWay.size);
      const work: Promise<void> = this.#runChunk(chunk).finally(() => underWay.delete(work));
      underWay.add(work);
      await this.#turns.next('beginning');
    }
    this.#pump = undefined;
  }

  #take(underWay: number): Waiting<Item, Result>[] {
    const { chunkSize } = this.#options;
    const size = typeof chunkSize === 'number' ? chunkSize : chunkSize(this.#waiting.length, underWay);
    const chunk = this.#waiting.slice(0, size);
    this.#waiting = this.#waiting.slice(size);
    return chunk;
  }

  async #runChunk(chunk: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(chunk.map(({ item }) => item));
      chunk.forEach(({ resolve }, i) => {
        resolve(results[i] as Result, i === chunk.length - 1);
      });
    } catch (error) {
      for (const { reject } of chunk) {
        reject(error);
      }
    }
  }
}
