import { fstatSync } from 'node:fs';
import { attempt } from '../errors/index.js';
import { reserveFile } from '../netlink/file.js';
import { freePagesIn } from './check-file.js';

/** Bytes, for what has begun to be ended, and for everything to be removed. */
const reserve = 2 ** 20;
/** Bytes that are taken at a time. */
const step = 2 ** 18;

/**
 * Room for a file of records in its file system, taken before it is needed. LMDB writes what changes to pages that nothing else
 * stands on, so that on a full file system not even a removal could be recorded; and when it is refused a page it says so in
 * words that are longer than the memory for them (mdb_page_flush, `last_error`; lmdb-js 3.5.6), of which a process may die.
 */
export class Room {
  readonly #file: number;
  readonly #path: string;
  readonly #pageSize: number;
  /** So far the file has room, from its beginning, as far as this process knows: others may have taken more. */
  #end = 0;

  /** For a file that is open for writing. */
  constructor(file: number, path: string, pageSize: number) {
    this.#file = file;
    this.#path = path;
    this.#pageSize = pageSize;
  }

  /**
   * Sees to it that the reserve is there, beside pages that are not in use. In a transaction, in a file whose last page is `lastPage`.
   * Throws the kernel's refusal, ENOSPC.
   */
  demand(lastPage: number): void {
    const needed = (lastPage + 1) * this.#pageSize + reserve;
    if (needed > this.#end) {
      this.#end = 512 * fstatSync(this.#file).blocks;
    }
    if (needed > this.#end) {
      this.#take(needed);
    }
  }

  #take(needed: number): void {
    const end = needed + step;
    const isTaken = attempt(() => reserveFile(this.#path, this.#file, this.#end, end));
    if (!(isTaken instanceof Error)) {
      this.#end = isTaken ? end : Number.POSITIVE_INFINITY;
    } else if (needed > this.#end + this.#pageSize * this.#freePages()) {
      throw isTaken;
    }
  }

  #freePages(): number {
    const found = attempt(() => freePagesIn(this.#file));
    return typeof found === 'number' ? found : 0;
  }
}
