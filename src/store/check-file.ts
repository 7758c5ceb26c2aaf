import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ifThere } from '../errors/index.js';
import { Damage, demand, noRoot, numberAt, pageHeader, rootAt, type Snapshot, TreeCheck } from './check-tree.js';

/** LMDB's (mdb.c: MDB_MAGIC, MDB_DATA_VERSION of lmdb-js). */
const magic = 0xbeefc0de;
const version = 2;
const minPageSize = 0x200;
const maxPageSize = 0x8000;
const usualPageSize = 0x1000;
const metaPage = 8;
/** Of the tree of free pages: keys are numbers; and of the file: it is no directory (MDB_INTEGERKEY, MDB_NOSUBDIR). */
const flags = 0x4008;
/** All the address space that there is. */
const maxMapSize = 2 ** 47;

// Where the parts of a meta page stand (MDB_meta). Each of the first two pages is one; transactions take turns with them.
const magicAt = pageHeader;
const versionAt = 28;
const mapSizeAt = 40;
const freeTreeAt = 48;
const mainTreeAt = 96;
const lastPageAt = 144;
const transactionAt = 152;
const metaEnd = 160;

/** How often one looks when others may have disturbed it, and the milliseconds before the second look; then twice as many. */
const looks = 5;
const firstPause = 4;

/**
 * What is wrong with a file of records; nothing when it can be opened or does not exist. LMDB maps the file into
 * memory, and the process ends when it is led out of there. So everything that it can be led by is looked at first, and the
 * seal of every record. Other processes may write meanwhile. Throws Node's errors.
 */
export function problemOf(path: string): string | undefined {
  const file = ifThere(() => openSync(path, 'r'));
  if (file === undefined) {
    return undefined;
  }
  try {
    return problemIn(file);
  } finally {
    closeSync(file);
  }
}

/** How many pages of an open file are not in use, while nobody writes to it. Throws Damage, and Node's errors. */
export function freePagesIn(file: number): number {
  const { newer, older: _, ...sizes } = lastTransaction(read(file, 2 * maxPageSize));
  const content = read(file, (sizes.lastPage + 1) * sizes.pageSize);
  return new TreeCheck({ view: viewOf(content), ...sizes }).countFree(newer + freeTreeAt);
}

/**
 * A problem counts when the transaction in which it was found is still the last: LMDB never writes to what belongs to that
 * one. While others come, somebody is alive who writes, and what was found was the writing.
 */
function problemIn(file: number): string | undefined {
  for (let look = 1, pause = firstPause; look <= looks; look++, pause *= 2) {
    const head = read(file, 2 * maxPageSize);
    const problem = problemFrom(file, head);
    if (problem === undefined) {
      return undefined;
    }
    // A new file is empty at first, and its meta pages are written at once but not in one instant.
    const isComplete = head.length >= 2 * pageSizeOf(head);
    if (isComplete ? metasOf(head).equals(metasOf(read(file, 2 * maxPageSize))) : look === looks) {
      return problem;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
  }
  return undefined;
}

/** What one look finds wrong with a file that begins with `head`. */
function problemFrom(file: number, head: Buffer): string | undefined {
  try {
    const { newer, older, ...sizes } = lastTransaction(head);
    const content = read(file, (sizes.lastPage + 1) * sizes.pageSize);
    const snapshot: Snapshot = { view: viewOf(content), ...sizes };
    checkAge(snapshot, older);
    const check = new TreeCheck(snapshot);
    check.checkTree(newer + freeTreeAt, 'free');
    check.checkTree(newer + mainTreeAt, 'trees');
    return undefined;
  } catch (error) {
    if (error instanceof Damage) {
      return error.message;
    }
    throw error;
  }
}

/** What the newer of the two meta pages says, and where both begin. Throws Damage. */
function lastTransaction(head: Buffer) {
  const pageSize = pageSizeOf(head);
  demand(head.length >= 2 * pageSize, 'it was cut short');
  const view = viewOf(head);
  const transactions = [0, pageSize].map((meta) => checkMeta(view, meta, pageSize)) as [number, number];
  // The first transaction is number 1, the page before it has 0, and so has the other one until then.
  const [even, odd] = transactions;
  const isTurn = even % 2 === 0 && Math.abs(even - odd) === 1;
  demand(isTurn || (even === 0 && odd === 0), 'its last transaction is missing');
  const newer = even > odd ? 0 : pageSize;
  const lastPage = numberAt(view, newer + lastPageAt);
  const size = (lastPage + 1) * pageSize;
  const mapSize = numberAt(view, newer + mapSizeAt);
  demand(
    lastPage >= 1 && size <= mapSize && mapSize <= maxMapSize && mapSize % pageSize === 0,
    'its size is impossible',
  );
  return { pageSize, lastPage, transaction: Math.max(even, odd), newer, older: pageSize - newer };
}

/**
 * That the older meta page is not the newer one with a wrong number: its trees, which LMDB keeps for one more transaction, do
 * not begin with pages of a later one. Throws Damage.
 */
function checkAge({ view, pageSize, lastPage }: Snapshot, older: number): void {
  const transaction = numberAt(view, older + transactionAt);
  for (const tree of [freeTreeAt, mainTreeAt]) {
    const root = rootAt(view, older + tree);
    if (root !== noRoot) {
      demand(root <= lastPage && (root + 1) * pageSize <= view.byteLength, 'it was cut short');
      const written = numberAt(view, root * pageSize + 8);
      demand(written >= 0 && written <= transaction, 'its last transaction is missing');
    }
  }
}

/** The number of the transaction that has written a meta page. Throws Damage. */
function checkMeta(view: DataView, meta: number, pageSize: number): number {
  const isOurs =
    numberAt(view, meta) === meta / pageSize &&
    view.getUint16(meta + 18, true) === metaPage &&
    view.getUint32(meta + magicAt, true) === magic &&
    view.getUint32(meta + versionAt, true) === version &&
    view.getUint32(meta + freeTreeAt, true) === pageSize &&
    view.getUint16(meta + freeTreeAt + 4, true) === flags &&
    view.getUint16(meta + mainTreeAt + 4, true) === 0;
  demand(isOurs, 'it does not begin as LMDB does');
  const transaction = numberAt(view, meta + transactionAt);
  demand(transaction >= 0, 'its last transaction is missing');
  return transaction;
}

/** The page size that the first meta page says; the usual one when it says none that is possible. */
function pageSizeOf(head: Buffer): number {
  const said = head.length >= metaEnd ? head.readUInt32LE(freeTreeAt) : 0;
  const isPossible = said >= minPageSize && said <= maxPageSize && (said & (said - 1)) === 0;
  return isPossible ? said : usualPageSize;
}

/** All that the two meta pages say. */
function metasOf(head: Buffer): Buffer {
  const second = pageSizeOf(head);
  return Buffer.concat([head.subarray(0, metaEnd), head.subarray(second, second + metaEnd)]);
}

/** The first `size` bytes, or as many as there are. */
function read(file: number, size: number): Buffer {
  const wanted = Math.min(size, fstatSync(file).size);
  const bytes = Buffer.allocUnsafeSlow(wanted);
  let length = 0;
  while (length < wanted) {
    const count = readSync(file, bytes, length, wanted - length, length);
    if (count === 0) {
      break;
    }
    length += count;
  }
  return bytes.subarray(0, length);
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
