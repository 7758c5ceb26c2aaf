import type { TableRef } from './nft-table.js';
import type { Listing } from './request.js';

export const NFT_MSG_GETSET = (10 << 8) | 10;
export const NFT_MSG_DELSET = (10 << 8) | 11;

/** NFT_SET_* (linux/netfilter/nf_tables.h). */
export const SetFlag = {
  /** Made by a rule, for that rule alone. */
  anonymous: 1,
  constant: 2,
  interval: 4,
  map: 8,
  timeout: 0x10,
  dynamic: 0x20,
  object: 0x40,
  concatenation: 0x80,
  expressions: 0x100,
} as const;

/** A set or map of nf_tables, as the kernel describes it. */
export interface TableSet {
  /** TableFamily. */
  readonly family: number;
  readonly table: string;
  readonly name: string;
  /** SetFlag. */
  readonly flags?: number;
  /** nft's own number of the key's type; the kernel only keeps it. */
  readonly keyType?: number;
  /** In bytes, with what fills a concatenation's fields up. */
  readonly keyLength?: number;
  /** The same of a map's data; NFT_DATA_VERDICT (0xffffff00) for verdicts. */
  readonly dataType?: number;
  readonly dataLength?: number;
  readonly handle?: bigint;
  readonly userData?: Uint8Array;
}

/** The request that lists the sets and maps of one table. Refused with ENOENT when there is no such table. */
export function listSets({ family, name }: TableRef): Listing<TableSet> {
  return { type: NFT_MSG_GETSET, flags: 0, body: { family, table: name } };
}
