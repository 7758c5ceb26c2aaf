import type { Connection } from '../netlink/index.js';

/** What a watch reports to. */
export interface WatchOptions {
  /** Of our tables, in all families. */
  readonly table: string;
  /** Brings everything back. What it throws is left to the next occasion. */
  readonly restore: () => Promise<unknown>;
}

/**
 * Milliseconds between two looks at elements that somebody else has removed: most often that is another netplumb whose sandboxes
 * go, and all is as it should be.
 */
const pause = 1000;

/** Restores what others take out of our tables, from the call on until it is closed: chains and rules at once. */
export class RulesWatch {
  readonly #options: WatchOptions;
  readonly #closing = new AbortController();
  readonly #listening: Promise<void>;
  #restoring: Promise<void> = Promise.resolve();
  #isWanted = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, options: WatchOptions) {
    this.#options = options;
    this.#listening = this.#listen(connection);
  }

  /** Finishes what is under way. Can be repeated. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#listening;
    await this.#restoring;
  }

  /** Whoever may not listen does without: the next gc, or attach, restores. */
  async #listen(connection: Connection): Promise<void> {
    try {
      for await (const event of connection.subscribe(['ruleset'], { signal: this.#closing.signal })) {
        if (event.type === 'lost') {
          this.#restore();
        } else if (event.object.kind !== 'generation' && event.object.table === this.#options.table) {
          if (event.object.kind === 'elements') {
            this.#timer ??= setTimeout(() => this.#restore(), pause).unref();
          } else {
            this.#restore();
          }
        }
      }
    } catch {
      // The connection has broken down, and says so to all who use it.
    }
  }

  /** However often it is asked for while it is under way: once more. */
  #restore(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isWanted || this.#closing.signal.aborted) {
      return;
    }
    this.#isWanted = true;
    this.#restoring = this.#restoring.then(async () => {
      this.#isWanted = false;
      await this.#options.restore().catch(() => undefined);
    });
  }
}
