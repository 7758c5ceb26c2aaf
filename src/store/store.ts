import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { fromKernel, newError } from '../errors/index.js';
import type { NetworkRecord, SandboxRecord } from './records.js';

/** Of the records' shape. Raised whenever an older netplumb could not read them. */
const format = 1;

/** What is known of one address of a network. */
export type LeaseRecord =
  /** Given to this sandbox. */
  | { readonly sandbox: string }
  /** Given back, and waiting at this place of the queue. */
  | { readonly released: number };

/** How far a network has given out its addresses. */
export interface CursorRecord {
  /** The lowest address that was never handed out in turn. */
  readonly next: number;
  /** The place in the queue that the next released address gets. */
  readonly tail: number;
}

/** One kind of record, in the order of its keys. */
export interface Table<Value, Key> {
  get(key: Key): Value | undefined;
  putSync(key: Key, value: Value): unknown;
  removeSync(key: Key): unknown;
  /** From `start` to before `end`. */
  getRange(range: { start?: Key; end?: Key; limit?: number }): Iterable<{ key: Key; value: Value }>;
  clearSync(): void;
}

/** The tables. Reads see the calling transaction's own writes; writes belong into `Store.transaction`. */
export interface Tables {
  /** By id. */
  readonly sandboxes: Table<SandboxRecord, string>;
  /** Sandbox names to ids. */
  readonly names: Table<string, string>;
  /** Namespace cookies to the ids of the sandboxes that they belong to. */
  readonly cookies: Table<string, string>;
  /** By name. */
  readonly networks: Table<NetworkRecord, string>;
  /** By network id and address. */
  readonly leases: Table<LeaseRecord, [string, number]>;
  /** By network id and place in the queue: the released address. */
  readonly released: Table<number, [string, number]>;
  /** By network id. */
  readonly cursors: Table<CursorRecord, string>;
  /** By what is counted. */
  readonly counters: Table<number, string>;
}

/**
 * The records of one host, in its run directory: an LMDB file that many processes share. They die with the kernel
 * objects that they describe: records of an earlier boot are discarded when the store is opened.
 */
export class Store {
  /** The run directory, without symbolic links: the mark of ownership on kernel objects. */
  readonly directory: string;
  readonly tables: Tables;
  readonly #root: RootDatabase;

  private constructor(directory: string, root: RootDatabase) {
    this.directory = directory;
    this.#root = root;
    const table = <Value, Key extends string | [string, number]>(name: string): Table<Value, Key> =>
      root.openDB<Value, Key>({ name, cache: false });
    this.tables = {
      sandboxes: table('sandboxes'),
      names: table('names'),
      cookies: table('cookies'),
      networks: table('networks'),
      leases: table('leases'),
      released: table('released'),
      cursors: table('cursors'),
      counters: table('counters'),
    };
  }

  /** Opens (or makes) the records in a run directory. Throws ESTATEVERSION, ESTATECORRUPT. */
  static open(runDir: string): Store {
    const directory = makeDirectory(runDir);
    let root: RootDatabase;
    try {
      // The directory dies with the machine's memory (tmpfs) and the records with the boot: nothing to sync for.
      root = open({ path: join(directory, 'state.mdb'), noSync: true, maxDbs: 16 });
    } catch (cause) {
      throw newError('ESTATECORRUPT', { directory, reason: 'the file cannot be opened' }, { cause });
    }
    const store = new Store(directory, root);
    try {
      store.#adopt();
    } catch (error) {
      void store.close();
      throw error;
    }
    return store;
  }

  /**
   * Runs `work` with no other writer of any process in between: all of its writes happen or, when it throws, none.
   * Keep it short: everyone else waits.
   */
  transaction<Result>(work: (tables: Tables) => Result): Result {
    return this.#root.transactionSync(() => work(this.tables));
  }

  close(): Promise<void> {
    return this.#root.close();
  }

  /** Checks the format, and empties what an earlier boot has left. */
  #adopt(): void {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const meta = this.#root.openDB<{ format: number; boot: string }, string>({ name: 'meta' });
    const current = meta.get('state');
    if (current?.format === format && current.boot === boot) {
      return;
    }
    this.transaction((tables) => {
      const found = meta.get('state');
      if (found && found.format > format) {
        throw newError('ESTATEVERSION', { directory: this.directory, found: found.format, known: format });
      }
      if (found?.boot !== boot || found.format !== format) {
        for (const table of Object.values(tables) as Table<unknown, unknown>[]) {
          table.clearSync();
        }
        meta.putSync('state', { format, boot });
      }
    });
  }
}

/** The run directory, made if there is none, without symbolic links. Throws EACCES, ENOTDIR… */
function makeDirectory(runDir: string): string {
  try {
    mkdirSync(runDir, { recursive: true, mode: 0o700 });
    return realpathSync(runDir);
  } catch (cause) {
    const { errno, syscall } = cause as NodeJS.ErrnoException;
    throw fromKernel({ errno: errno ?? 0, operation: syscall, object: runDir, cause });
  }
}
