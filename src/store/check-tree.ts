import { sealSize, sumOf } from './seal.js';

// LMDB's data format 2 as lmdb-js has it (mdb.c: MDB_page_header, MDB_node, MDB_db, MDB_ovpage), on a 64-bit machine of
// little endian. Offsets in a page are counted from behind its header.

/** Of a page: its number (8 bytes), transaction (8), unused (2), flags (2), end of the pointers (2), start of the nodes (2). */
export const pageHeader = 24;
/** Of a node: data size, or two words of a page number (4); flags, or that number's third word (2); key size (2). */
const nodeHeader = 8;
/** A tree's record (MDB_db): unused (4), flags (2), depth (2), pages of three kinds, entries, root (8 each). */
const treeSize = 48;
/** What stands in place of a large value: its first page, its transaction, how many pages (8 each). */
const largeSize = 24;

const branchPage = 1;
const leafPage = 2;
const overflowPage = 4;
const largeNode = 1;
const treeNode = 2;

/** LMDB's cursors go no deeper (CURSOR_STACK). */
const maxDepth = 32;
/** Of an empty tree. */
export const noRoot = -1;
const noKey = -1;

/** What a tree holds: records of ours, other trees, or the numbers of free pages. */
type Content = 'records' | 'trees' | 'free';

/** One state of the file, as one of its two meta pages describes it. */
export interface Snapshot {
  /** The file from its beginning; it may end before the last page does. */
  readonly view: DataView;
  readonly pageSize: number;
  /** The last page that was ever used. */
  readonly lastPage: number;
  readonly transaction: number;
}

/** Why a file is damaged. */
export class Damage extends Error {}

/** How large a tree was found to be. */
interface Counts {
  branches: number;
  leaves: number;
  overflows: number;
  entries: number;
}

/**
 * Looks at the pages that can be reached in a snapshot, all that LMDB could be led astray by, and the records' seals. Throws
 * Damage at the first thing that LMDB or Store cannot have written. Keys and nodes are told by their place in the file.
 */
export class TreeCheck {
  readonly #file: Snapshot;
  readonly #view: DataView;
  /** By page number: whether something has led to it. */
  readonly #reached: Uint8Array;
  #free = 0;

  constructor(file: Snapshot) {
    this.#file = file;
    this.#view = file.view;
    this.#reached = new Uint8Array(file.lastPage + 1);
  }

  /** The tree whose record stands at `at`. */
  checkTree(at: number, content: Content): void {
    const view = this.#view;
    const depth = view.getUint16(at + 6, true);
    const root = rootAt(view, at);
    const found: Counts = { branches: 0, leaves: 0, overflows: 0, entries: 0 };
    if (root === noRoot) {
      demand(depth === 0, 'a tree has no root');
    } else {
      demand(depth >= 1 && depth <= maxDepth, 'a tree has an impossible depth');
      this.#checkPage(root, depth - 1, content, found, noKey, noKey);
    }
    const isAsSaid =
      numberAt(view, at + 8) === found.branches &&
      numberAt(view, at + 16) === found.leaves &&
      numberAt(view, at + 24) === found.overflows &&
      numberAt(view, at + 32) === found.entries;
    demand(isAsSaid, 'a tree is not as large as it says');
  }

  /** How many pages the tree of free pages, whose record stands at `at`, tells of. */
  countFree(at: number): number {
    this.checkTree(at, 'free');
    return this.#free;
  }

  /** A page with `level` more levels below it. Its keys are not less than `low` and less than `high`. */
  #checkPage(page: number, level: number, content: Content, found: Counts, low: number, high: number): void {
    const view = this.#view;
    const start = this.#openPage(page, level === 0 ? leafPage : branchPage);
    const nodes = start + pageHeader;
    const lower = view.getUint16(start + 20, true);
    const upper = view.getUint16(start + 22, true);
    const space = this.#file.pageSize - pageHeader;
    demand(lower % 2 === 0 && lower <= upper && upper <= space, 'a page has impossible bounds');
    const count = lower / 2;
    // LMDB itself lets the tree of free pages have a branch of one.
    demand(count >= (level > 0 && content !== 'free' ? 2 : 1), 'a page is empty');

    let used = 0;
    let last = low;
    for (let index = 0; index < count; index++) {
      const offset = view.getUint16(nodes + 2 * index, true);
      demand(offset % 2 === 0 && offset >= upper && offset + nodeHeader <= space, 'a node lies outside its page');
      const node = nodes + offset;
      const size = level > 0 ? nodeHeader + keySize(view, node) : leafNodeSize(view, node);
      demand(offset + size <= space, 'a node does not fit into its page');
      used += size + (size & 1);
      // The first key of a branch stands for everything below the second, whatever it is.
      if (level === 0 || index > 0) {
        this.#checkOrder(node, last, content, level === 0 && index === 0);
        last = node;
      }
    }
    demand(used === space - upper, 'the nodes of a page overlap');
    if (high !== noKey) {
      demand(last === low || compareKeys(view, last, high, content) < 0, 'keys are not in order');
    }

    if (level === 0) {
      found.leaves++;
      found.entries += count;
      for (let index = 0; index < count; index++) {
        this.#checkLeafNode(nodes + view.getUint16(nodes + 2 * index, true), content, found);
      }
      return;
    }
    found.branches++;
    for (let index = 0; index < count; index++) {
      const node = nodes + view.getUint16(nodes + 2 * index, true);
      const from = index === 0 ? low : node;
      const to = index === count - 1 ? high : nodes + view.getUint16(nodes + 2 * index + 2, true);
      this.#checkPage(childOf(view, node), level - 1, content, found, from, to);
    }
  }

  /** That a key is greater than the last one, or at least as great when that is the branch's that leads to it. */
  #checkOrder(node: number, last: number, content: Content, mayEqual: boolean): void {
    if (content === 'free') {
      const transaction = keySize(this.#view, node) === 8 ? numberAt(this.#view, node + nodeHeader) : 0;
      demand(transaction >= 1 && transaction <= this.#file.transaction, 'a list of free pages has an impossible key');
    } else {
      demand(keySize(this.#view, node) > 0, 'a key is empty');
    }
    if (last !== noKey) {
      const order = compareKeys(this.#view, last, node, content);
      demand(order < 0 || (mayEqual && order === 0), 'keys are not in order');
    }
  }

  #checkLeafNode(node: number, content: Content, found: Counts): void {
    const view = this.#view;
    const flags = view.getUint16(node + 4, true);
    const key = node + nodeHeader;
    let data = key + keySize(view, node);
    const size = view.getUint32(node, true);
    if (content === 'trees') {
      demand(flags === treeNode && size === treeSize, 'a table has no tree');
      demand(view.getUint16(data + 4, true) === 0, 'a table is of an unknown kind');
      this.checkTree(data, 'records');
      return;
    }
    if (flags === largeNode) {
      const pages = numberAt(view, data + 16);
      data = this.#openLarge(numberAt(view, data), pages, size);
      found.overflows += pages;
    } else {
      demand(flags === 0, 'a record is of an unknown kind');
    }
    if (content === 'free') {
      this.#checkFree(data, size);
      return;
    }
    const seed = sumOf(view, key, key + keySize(view, node), 0);
    const isWhole = size >= sealSize && view.getInt32(data, true) === sumOf(view, data + sealSize, data + size, seed);
    demand(isWhole, 'a record has been altered');
  }

  /** A list of free pages: how many words follow; then page numbers, each perhaps behind the negative length of a run. */
  #checkFree(at: number, size: number): void {
    const view = this.#view;
    const words = size >= 8 && size % 8 === 0 ? numberAt(view, at) : noRoot;
    demand(words >= 0 && 8 * (words + 1) <= size, 'a list of free pages has an impossible length');
    for (let index = 1; index <= words; index++) {
      const word = view.getBigInt64(at + 8 * index, true);
      if (word < 0n) {
        index++;
        demand(index <= words && -word <= this.#file.lastPage, 'a list of free pages has an impossible run');
        this.#reachFree(numberAt(view, at + 8 * index), Number(-word));
      } else if (word > 0n) {
        this.#reachFree(Number(word), 1);
      }
    }
  }

  #reachFree(page: number, pages: number): void {
    this.#reach(page, pages);
    this.#free += pages;
  }

  /** Where the data of a large value begin. */
  #openLarge(page: number, pages: number, size: number): number {
    const start = this.#openPage(page, overflowPage, pages);
    demand(this.#view.getUint32(start + 20, true) === pages, 'a large value is not as long as it says');
    demand(pageHeader + size <= pages * this.#file.pageSize, 'a large value does not fit into its pages');
    return start + pageHeader;
  }

  /** Where a page begins that something has led to, and that is of this kind. */
  #openPage(page: number, kind: number, pages = 1): number {
    this.#reach(page, pages);
    const { pageSize, transaction } = this.#file;
    const start = page * pageSize;
    demand(start + pages * pageSize <= this.#view.byteLength, 'it was cut short');
    demand(numberAt(this.#view, start) === page, 'a page is not where it belongs');
    const written = numberAt(this.#view, start + 8);
    demand(written >= 0 && written <= transaction, 'a page is newer than the last transaction');
    demand(this.#view.getUint16(start + 18, true) === kind, 'a page is of another kind');
    return start;
  }

  #reach(page: number, pages: number): void {
    // The first two are the meta pages.
    demand(page >= 2 && pages >= 1 && page + pages - 1 <= this.#file.lastPage, 'a page does not exist');
    for (let one = page; one < page + pages; one++) {
      demand(this.#reached[one] === 0, 'a page is used twice');
      this.#reached[one] = 1;
    }
  }
}

/** Throws Damage when what must be so is not. */
export function demand(isSo: boolean, otherwise: string): void {
  if (!isSo) {
    throw new Damage(otherwise);
  }
}

/** The first page of the tree whose record stands at `tree`. */
export function rootAt(view: DataView, tree: number): number {
  return numberAt(view, tree + 40);
}

/** 64 bits as a number; all ones (LMDB's P_INVALID), and whatever no number of ours is, as -1. */
export function numberAt(view: DataView, at: number): number {
  const high = view.getInt32(at + 4, true);
  const low = view.getUint32(at, true);
  return high === 0 ? low : high > 0 && high < 1 << 21 ? high * 2 ** 32 + low : -1;
}

function keySize(view: DataView, node: number): number {
  return view.getUint16(node + 6, true);
}

function leafNodeSize(view: DataView, node: number): number {
  const isLarge = (view.getUint16(node + 4, true) & largeNode) !== 0;
  return nodeHeader + keySize(view, node) + (isLarge ? largeSize : view.getUint32(node, true));
}

function childOf(view: DataView, node: number): number {
  return view.getUint32(node, true) + view.getUint16(node + 4, true) * 2 ** 32;
}

/** Negative when the key of the one node is less than that of the other, positive when it is greater. */
function compareKeys(view: DataView, one: number, other: number, content: Content): number {
  if (content === 'free') {
    return numberAt(view, one + nodeHeader) - numberAt(view, other + nodeHeader);
  }
  const oneSize = keySize(view, one);
  const otherSize = keySize(view, other);
  const common = Math.min(oneSize, otherSize);
  let at = 0;
  for (; at + 4 <= common; at += 4) {
    // As numbers with a sign they need not be allocated; the sign counts only where they differ.
    const ours = view.getInt32(one + nodeHeader + at);
    const theirs = view.getInt32(other + nodeHeader + at);
    if (ours !== theirs) {
      return (ours >>> 0) - (theirs >>> 0);
    }
  }
  for (; at < common; at++) {
    const difference = view.getUint8(one + nodeHeader + at) - view.getUint8(other + nodeHeader + at);
    if (difference !== 0) {
      return difference;
    }
  }
  return oneSize - otherSize;
}
