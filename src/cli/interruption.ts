import { constants } from 'node:os';
import { NetplumbError } from '../errors/index.js';

const names = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/**
 * Ctrl-C and its like, which would otherwise end us between two steps: what has begun is finished, what has not is given
 * up.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #signal: (typeof names)[number] | undefined;

  /** Takes these signals from now on; the first aborts what is returned. */
  listen(): AbortSignal {
    for (const name of names) {
      process.on(name, () => {
        this.#signal ??= name;
        this.#controller.abort();
      });
    }
    return this.#controller.signal;
  }

  /** The exit status that tells of the signal by which the work was given up; nothing if that is not why it failed. */
  statusOf(error: Error): number | undefined {
    const wasGivenUp = error instanceof NetplumbError && error.code === 'EABORTED';
    return wasGivenUp && this.#signal ? 128 + constants.signals[this.#signal] : undefined;
  }
}
