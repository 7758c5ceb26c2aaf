import type { Connection } from '../netlink/index.js';

/** What a watch reports to. */
export interface WatchOptions {
  /** Those in which our rules are, in all families. */
  readonly tables: readonly string[];
  /** Whether others have rules in them, too, or ours are loaded by programs that count as others. */
  readonly areShared: boolean;
  /** Brings everything back. What it throws is left to the next occasion. */
  readonly restore: () => Promise<unknown>;
}

/**
 * Milliseconds between two looks at what is most often as it should be: elements that somebody else has removed (another netplumb
 * whose sandboxes go), and tables in which much is changed that is not ours.
 */
const pause = 1000;

/** Restores what others take out, from the call on until it is closed: chains and rules of tables that are ours alone at once. */
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
        } else if (event.object.kind !== 'generation' && this.#options.tables.includes(event.object.table)) {
          if (event.object.kind === 'elements' || this.#options.areShared) {
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
