import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Turns of the event loop for pieces of work that take it for some milliseconds: however many become ready at one moment, everyone
 * else (timers, connections) has a turn between two of them.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when all who asked before have had their turns. */
  next(): Promise<void> {
    this.#last = this.#last.then(() => nextTurn());
    return this.#last;
  }
}
