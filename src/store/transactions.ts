import { closeSync, openSync, readdirSync, readlinkSync, readSync, writeSync } from 'node:fs';
import type { RootDatabase } from 'lmdb';
import { newError } from '../errors/index.js';
import { viewFile } from '../netlink/file.js';
import { Room } from './room.js';

/** Where a meta page has its last page and the number of its transaction, and the file the size of pages (check-file.ts). */
const lastPageAt = 144;
const transactionAt = 152;
const pageSizeAt = 48;
const wordSize = 4;
/** Where the file of locks has the number of the last transaction, from which the next one starts (mdb.c: MDB_txbody). */
const lastTransactionAt = 8;
/** The last page of a file that nothing was written to yet: only the two meta pages. */
const firstPages = 1;
/** How often a transaction is begun anew. Each time a process has to be just opening the file. */
const attempts = 100;

/** Thrown to give up a transaction that has begun in the past. */
class Outdated extends Error {}

/**
 * The transactions of an open file of records, made safe against processes that open it at that moment. Each of these writes
 * the number of the last transaction into the file of locks that all share, as it has read it a moment before (mdb.c,
 * mdb_env_open2: `mti_txnid`; lmdb-js 3.5.6). What others have completed in between would be undone by the next transaction,
 * and its pages given out again. So each transaction first compares its number with those in the file.
 */
export class Transactions {
  readonly #path: string;
  readonly #root: RootDatabase;
  readonly #file: number;
  /** The two meta pages, as they are at each moment. */
  readonly #metas: Uint32Array;
  readonly #wordsPerPage: number;
  readonly #room: Room;
  /** Before the transaction that is going on. */
  #lastPage = 0;

  /** Of the file at `path`, which `root` has open. */
  constructor(path: string, root: RootDatabase) {
    this.#path = path;
    this.#root = root;
    this.#file = openSync(path, 'r+');
    try {
      const size = Buffer.alloc(4);
      readSync(this.#file, size, 0, size.length, pageSizeAt);
      const pageSize = size.readUInt32LE();
      this.#wordsPerPage = pageSize / wordSize;
      // As LMDB has them, too. To read them each time with Node's readSync took a tenth of a take out of a pool.
      this.#metas = new Uint32Array(viewFile(path, this.#file, 2 * pageSize));
      this.#room = new Room(this.#file, path, pageSize);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Runs `work` in a transaction: all of its writes happen or, when it throws, none. */
  run<Result>(work: () => Result): Result {
    for (let attempt = 1; ; attempt++) {
      try {
        return this.#root.transactionSync(() => {
          this.#demandLast();
          if (this.#lastPage === firstPages) {
            this.demandRoom();
          }
          return work();
        });
      } catch (error) {
        if (!(error instanceof Outdated)) {
          throw error;
        }
        if (attempt === attempts) {
          throw newError('ESTATECORRUPT', { directory: this.#path, reason: 'the locks do not fit the records' });
        }
      }
    }
  }

  /** In a transaction that adds something: that there is room for it, and for whatever comes after that. Throws the kernel's refusal. */
  demandRoom(): void {
    this.#room.demand(this.#lastPage);
  }

  close(): void {
    closeSync(this.#file);
  }

  /** In a transaction, which nobody else is in then. Throws Outdated, and has put right by then what that came from. */
  #demandLast(): void {
    const first = this.#number(transactionAt);
    const second = this.#number(transactionAt, 1);
    const last = Math.max(first, second);
    this.#lastPage = this.#number(lastPageAt, first > second ? 0 : 1);
    const own = this.#root.getWriteTxnId();
    // 0: there is none, because LMDB could not write before and refuses everything from then on, in words of its own.
    if (own === 0 || own === last + 1) {
      return;
    }
    const number = Buffer.alloc(8);
    number.writeBigUInt64LE(BigInt(last));
    writeSync(this.#locks(), number, 0, number.length, lastTransactionAt);
    throw new Outdated();
  }

  /** Eight bytes of a meta page, the lowest first. No number is so high that it would have to be a BigInt, which takes memory each time. */
  #number(at: number, page = 0): number {
    const place = at / wordSize + page * this.#wordsPerPage;
    return (this.#metas[place] as number) + 2 ** 32 * (this.#metas[place + 1] as number);
  }

  /** LMDB's own descriptor: closing another of the same file would let go of all that the process has locked there. */
  #locks(): number {
    const found = readdirSync('/proc/self/fd').find((name) => linkOf(name) === `${this.#path}-lock`);
    if (found === undefined) {
      throw newError('ESTATECORRUPT', { directory: this.#path, reason: 'its locks are gone' });
    }
    return Number(found);
  }
}

function linkOf(descriptor: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // That of the directory itself, which is closed by now.
    return undefined;
  }
}
