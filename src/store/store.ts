import { open, type RootDatabase } from 'lmdb';
import { fromKernel, NetplumbError, newError } from '../errors/index.js';
import type { RecordChange } from './changes.js';
import { Definitions } from './definitions.js';
import { prepareDirectory } from './file.js';
import { HeldTables } from './held.js';
import type { Owner } from './owner.js';
import type { FirewallNote, NetworkRecord, PortClaim, SandboxRecord } from './records.js';
import { type Refusals, sealedTable } from './seal.js';
import { damageOf, StateFile } from './state-file.js';
import { Transactions } from './transactions.js';

/** Of the records' shape. Raised whenever an older netplumb could not read them. 2: native/records/format.h; the former is still read. */
const format = 2;

/** What the kernel has refused LMDB. */
const ofLmdb = 'lmdb';

/** What is known of one address of a pool. */
export type LeaseRecord =
  /** Given to this sandbox; `early` if it was asked for and its turn is still to come, or never comes. */
  | { readonly sandbox: string; readonly early?: true }
  /** Given back, and waiting at this place of the queue. */
  | { readonly released: number }
  /** Never a sandbox's: what it is instead (`gateway`, `auxiliary NAME`). */
  | { readonly role: string };

/** How far a pool has given out its addresses. */
export interface CursorRecord {
  /** How many of all its slots have had their turn. */
  readonly next: number;
  /** The place in the queue that the next released slot gets. */
  readonly tail: number;
  /** All places before this one are empty; 0 if absent. */
  readonly head?: number;
}

/** From `start` to before `end`; `reverse`: from the highest, where `start` is higher than `end`. */
export interface Range<Key> {
  readonly start?: Key;
  readonly end?: Key;
  readonly limit?: number;
  readonly reverse?: boolean;
}

/** What a network's subnet is found by: none overlaps another's. */
export interface SubnetEntry {
  /** NETWORK/PREFIX. */
  readonly subnet: string;
  /** The network's name. */
  readonly network: string;
}

/** One kind of record, in the order of its keys. */
export interface Table<Value, Key> {
  get(key: Key): Value | undefined;
  putSync(key: Key, value: Value): unknown;
  /** Whether there was one. */
  removeSync(key: Key): boolean;
  getRange(range: Range<Key>): Iterable<{ key: Key; value: Value }>;
  /** The keys of a range alone, a quarter of the work: nothing proves that they were not altered. */
  keys(range: Range<Key>): Iterable<Key>;
  /** How many keys there are in a range, without looking at values. */
  count(range: Pick<Range<Key>, 'start' | 'end'>): number;
}

/** The tables. Reads in a transaction see its own writes; writes belong into one. */
export interface Tables {
  /** By id. */
  readonly sandboxes: Table<SandboxRecord, string>;
  /** Sandbox names to ids. */
  readonly names: Table<string, string>;
  /** Namespace cookies to the ids of the sandboxes that they belong to. */
  readonly cookies: Table<string, string>;
  /** By id. */
  readonly networks: Table<NetworkRecord, string>;
  /** Network names to ids. */
  readonly networkNames: Table<string, string>;
  /** Names of the links that networks of ours consist of to the networks' ids. */
  readonly interfaces: Table<string, string>;
  /** Of all networks, by family and first address (a number; of IPv6 its 32 hexadecimal digits). */
  readonly subnets: Table<SubnetEntry, [string, number | string]>;
  /**
   * How many ports of each bridge of a network are in use: by network and the bridge's name, which of its own is empty
   * (src/network/segments.ts).
   */
  readonly segments: Table<number, [string, string]>;
  /** Those of them that have room, beside the one in `filling`. */
  readonly rooms: Table<true, [string, string]>;
  /** By network: the bridge that the next endpoint joins. */
  readonly filling: Table<string, string>;
  /** By who is about to save or remove a network's definition: the network's id (src/network/lasting.ts). */
  readonly definitions: Table<string, Owner>;
  /** By key of the pool and slot in it (src/ipam). */
  readonly leases: Table<LeaseRecord, [string, number | string]>;
  /** By key of the pool and place in the queue: the slot that was released. */
  readonly released: Table<number | string, [string, number]>;
  /** By key of the pool. */
  readonly cursors: Table<CursorRecord, string>;
  /** Who has a port of the host, by protocol and number: `tcp/8080`. Claims of one port have no address in common. */
  readonly ports: Table<readonly PortClaim[], string>;
  /** Ids of the sandboxes that have a link to one of this name, whether there is one or not. */
  readonly linkers: Table<readonly string[], string>;
  /** By network and `ALIAS SANDBOX`: by its id and its alias in lower case; several may have one. */
  readonly aliases: Table<true, [string, string]>;
  /** Sandboxes that were built ahead, by network and `SHAPE ID` (pooled.ts): the entries of pools that can be taken. */
  readonly pooled: Table<true, [string, string]>;
  /** By what is remembered (src/firewall). */
  readonly firewall: Table<FirewallNote, string>;
  /** By what is counted. */
  readonly counters: Table<number, string>;
  /** By place in a ring (changes.ts). */
  readonly changes: Table<RecordChange, string>;
}

/**
 * The records of one host, in its run directory: an LMDB file that many processes share. They die with the kernel
 * objects that they describe, when the machine is booted again.
 */
export class Store {
  /** The run directory, without symbolic links: the mark of ownership on kernel objects. */
  readonly directory: string;
  /** The networks that outlive the boot. To be changed in a transaction, so that only one process does, and as lasting.ts does. */
  readonly definitions: Definitions;
  readonly #tables: Tables;
  readonly #held = new HeldTables();
  readonly #root: RootDatabase;
  readonly #file: StateFile;
  readonly #transactions: Transactions;

  private constructor(
    directory: string,
    stateDir: string,
    root: RootDatabase,
    file: StateFile,
    transactions: Transactions,
  ) {
    this.directory = directory;
    this.definitions = new Definitions(stateDir);
    this.#root = root;
    this.#file = file;
    this.#transactions = transactions;
    const refusals: Refusals = {
      altered: (reason) => this.#doubted(newError('ESTATECORRUPT', { directory, reason })),
      refused: (cause) => this.#doubted(cause),
    };
    const table = <Value, Key extends string | [string, number | string]>(name: string): Table<Value, Key> =>
      sealedTable<Value, Key>(root, name, refusals);
    const held = <Value, Key extends string | [string, number | string]>(name: string): Table<Value, Key> =>
      this.#held.hold(table<Value, Key>(name));
    this.#tables = transactions.run(() => {
      checkFormat(directory, table<number, string>('meta'));
      return {
        sandboxes: table('sandboxes'),
        names: table('names'),
        cookies: table('cookies'),
        networks: table('networks'),
        networkNames: held('networkNames'),
        interfaces: table('interfaces'),
        subnets: table('subnets'),
        segments: held('segments'),
        rooms: table('rooms'),
        filling: held('filling'),
        definitions: table('definitions'),
        leases: table('leases'),
        released: table('released'),
        cursors: held('cursors'),
        ports: table('ports'),
        linkers: table('linkers'),
        aliases: table('aliases'),
        pooled: table('pooled'),
        firewall: table('firewall'),
        counters: held('counters'),
        changes: table('changes'),
      };
    });
  }

  /**
   * Opens (or makes) the records in a run directory; in the state directory nothing is made or looked at yet. Records that
   * are damaged are set aside, and new ones begun. Throws ESTATEVERSION, ESTATECORRUPT, and the kernel's refusals.
   */
  static open(runDir: string, stateDir: string): Store {
    const directory = prepareDirectory(runDir);
    const { file, root } = StateFile.open(
      directory,
      (path) => openRoot(directory, path),
      (root) => void root.close(),
    );
    let transactions: Transactions | undefined;
    try {
      const opened = new Transactions(file.path, root);
      transactions = opened;
      return explained(directory, () => new Store(directory, stateDir, root, file, opened));
    } catch (error) {
      file.doubt();
      void file.close(() => root.close());
      transactions?.close();
      throw error;
    }
  }

  /** What was wrong with the records before these, if they were set aside: what lives has to be found out from the kernel. */
  get damage(): string | undefined {
    return this.#file.follows === undefined ? undefined : damageOf(this.#file.follows);
  }

  /**
   * Runs `work` with no other writer of any process in between: all of its writes happen or, when it throws, none.
   * Keep it short: everyone else waits. `isOfMany`: it does the same for many, each of which moves the same counters on. Throws
   * ESTATEREPLACED when the records were set aside; what was written is lost.
   */
  transaction<Result>(work: (tables: Tables) => Result, { isOfMany = false } = {}): Result {
    return this.#watched(() => {
      const own = () => work(this.#tables);
      const result = this.#transactions.run(isOfMany ? () => this.#held.during(own) : own);
      this.#file.demandCurrent();
      return result;
    });
  }

  /**
   * In a transaction that adds to the records: throws the kernel's refusal (ENOSPC) unless the file system has room for that and for
   * what comes after it. Transactions that do not ask, those that end or remove something, have that room for themselves.
   */
  demandRoom(): void {
    this.#transactions.demandRoom();
  }

  /**
   * Looks at the records as they are at this moment. (LMDB's own reads may be some milliseconds behind other processes.)
   * Throws ESTATEREPLACED.
   */
  read<Result>(work: (tables: Tables) => Result): Result {
    return this.#watched(() => {
      this.#file.demandCurrent();
      this.#root.resetReadTxn();
      return work(this.#tables);
    });
  }

  async close(): Promise<void> {
    await this.#file.close(() => this.#root.close());
    this.#transactions.close();
  }

  #watched<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (cause) {
      throw this.#doubted(cause);
    }
  }

  /** What is thrown for that; nobody vouches any more for a file of which it tells that something is wrong with it. */
  #doubted(cause: unknown): unknown {
    const error = explanationOf(this.directory, cause);
    if (error instanceof NetplumbError && (error.code === 'ESTATECORRUPT' || error.operation === ofLmdb)) {
      this.#file.doubt();
    }
    return error;
  }
}

function openRoot(directory: string, path: string): RootDatabase {
  // The records die with the boot: nothing to sync for. Every thread that reads has a place in a table, 64 bytes each.
  return explained(directory, () => open({ path, noSync: true, maxDbs: 40, maxReaders: 4096 }));
}

/** Does the work; what LMDB throws is thrown as an error of ours. */
function explained<Result>(directory: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw explanationOf(directory, cause);
  }
}

/** LMDB's error as one of ours; anything else as it is. */
function explanationOf(directory: string, cause: unknown): unknown {
  const { code, message } = cause as { code?: unknown; message: string };
  if (typeof code !== 'number') {
    return cause;
  }
  // Positive: what the kernel has refused it. Negative: its own (MDB_CORRUPTED, MDB_PANIC…, lmdb.h).
  return code > 0
    ? fromKernel({ errno: code, operation: ofLmdb, object: directory, cause })
    : newError('ESTATECORRUPT', { directory, reason: message }, { cause });
}

/** Refuses records that a newer netplumb has written; all others get our format's number. In a transaction. */
function checkFormat(directory: string, meta: Table<number, string>): void {
  const found = meta.get('format');
  if (found !== undefined && found > format) {
    throw newError('ESTATEVERSION', { directory, found, known: format });
  }
  if (found !== format) {
    meta.putSync('format', format);
  }
}
