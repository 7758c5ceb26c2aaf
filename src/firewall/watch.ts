import type { Connection } from '../netlink/index.js';

/** What a watch reports to. */
export interface WatchOptions {
  /** Those in which our rules are, in all families. */
  readonly tables: readonly string[];
  /** Whether others have rules in them, too, or ours are loaded by programs that count as others. */
  readonly areShared: boolean;
  /**
   * Brings everything back that was taken out up to a generation of the rules, of whatever age when none is given. What it throws
   * is left to the next occasion.
   */
  readonly restore: (generation: number | undefined) => Promise<unknown>;
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
  /** The last generation that took out something; undefined when that is not known. */
  #generation: number | undefined;
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
    const { tables, areShared } = this.#options;
    // What the transaction took out of our tables of which we are being told. Its generation comes last (nf_tables_commit in
    // net/netfilter/nf_tables_api.c).
    let loss: 'patient' | 'urgent' | undefined;
    try {
      for await (const event of connection.subscribe(['ruleset'], { signal: this.#closing.signal })) {
        if (event.type === 'lost') {
          this.#generation = undefined;
          this.#restore();
        } else if (event.object.kind !== 'generation') {
          if (tables.includes(event.object.table)) {
            loss = event.object.kind === 'elements' || areShared ? (loss ?? 'patient') : 'urgent';
          }
        } else if (loss) {
          this.#generation = event.object.id;
          if (loss === 'urgent') {
            this.#restore();
          } else {
            this.#timer ??= setTimeout(() => this.#restore(), pause).unref();
          }
          loss = undefined;
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
      await this.#options.restore(this.#generation).catch(() => undefined);
    });
  }
}
