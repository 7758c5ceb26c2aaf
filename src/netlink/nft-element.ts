import type { TableRef } from './nft-table.js';
import { type Listing, NLM_F_CREATE, type Request } from './request.js';

export const NFT_MSG_NEWSETELEM = (10 << 8) | 12;
export const NFT_MSG_GETSETELEM = (10 << 8) | 13;
export const NFT_MSG_DELSETELEM = (10 << 8) | 14;

/** NFT_SET_ELEM_* (linux/netfilter/nf_tables.h). `intervalEnd`: the first key behind an interval. */
export const ElementFlag = { intervalEnd: 1, catchAll: 2 } as const;

/** An element of a set or map, as the kernel has it. See encodeKey for keys and data, intervalElements for ranges. */
export interface RawElement {
  readonly key: Uint8Array;
  /** In a set of concatenated fields with intervals: the last of each field that belongs to it, where `key` has the first. */
  readonly keyEnd?: Uint8Array;
  /** What a map leads to; verdicts are not told. */
  readonly data?: Uint8Array;
  /** ElementFlag. */
  readonly flags?: number;
}

/** Elements of one set or map. */
export interface SetElements {
  /** TableFamily. */
  readonly family: number;
  readonly table: string;
  readonly set: string;
  readonly elements?: readonly RawElement[];
}

/**
 * The request, for `transact`, that adds elements to a set or map, however many. One that is there already stays as it is;
 * refused with EEXIST when it leads elsewhere (EBUSY by older kernels) or overlaps another, with ENOENT without table or
 * set.
 */
export function newElements(table: TableRef, set: string, elements: readonly RawElement[]): Request<undefined> {
  return { type: NFT_MSG_NEWSETELEM, flags: NLM_F_CREATE, body: inSet(table, set, elements) };
}

/** The request, for `transact`, that removes elements, however many. Refused with ENOENT when one is not there. */
export function deleteElements(table: TableRef, set: string, elements: readonly RawElement[]): Request<undefined> {
  return { type: NFT_MSG_DELSETELEM, flags: 0, body: inSet(table, set, elements) };
}

/**
 * The request that lists the elements of a set or map, in messages of many; `elementsOf` puts them together. Refused with
 * ENOENT without table or set. While another's transaction is being prepared or undone, the kernel may tell an element twice
 * or not at all.
 */
export function listElements(table: TableRef, set: string): Listing<SetElements> {
  return { type: NFT_MSG_GETSETELEM, flags: 0, body: inSet(table, set) };
}

/** All the elements that were listed. */
export function elementsOf(listed: readonly SetElements[]): RawElement[] {
  return listed.flatMap(({ elements = [] }) => elements);
}

/**
 * The elements that stand for an interval in a set whose key is one field (concatenations have `keyEnd` instead): its first
 * key, which bears the data, and the key behind its last, unless that is the last there is.
 */
export function intervalElements(first: Uint8Array, last: Uint8Array, data?: Uint8Array): RawElement[] {
  const start = data ? { key: first, data } : { key: first };
  const behind = Uint8Array.from(last);
  for (let i = behind.length - 1; i >= 0; i--) {
    // Wraps from 255 to 0, and carries on.
    behind[i] = (behind[i] ?? 0) + 1;
    if (behind[i] !== 0) {
      return [start, { key: behind, flags: ElementFlag.intervalEnd }];
    }
  }
  return [start];
}

function inSet({ family, name }: TableRef, set: string, elements?: readonly RawElement[]): SetElements {
  return elements ? { family, table: name, set, elements } : { family, table: name, set };
}
