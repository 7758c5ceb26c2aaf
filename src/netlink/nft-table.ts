import { commentIn } from './nft-comment.js';
import type { Listing, Request } from './request.js';

/** nfnetlink's numbers of nf_tables' messages (linux/netfilter/nfnetlink.h, linux/netfilter/nf_tables.h). */
export const NFT_MSG_GETTABLE = (10 << 8) | 1;
export const NFT_MSG_DELTABLE = (10 << 8) | 2;

/** NFPROTO_* (linux/netfilter.h): which packets a table's chains see. `inet`: those of IPv4 and of IPv6. */
export const TableFamily = { inet: 1, ipv4: 2, arp: 3, netdev: 5, bridge: 7, ipv6: 10 } as const;

/** A table of nf_tables is known by family and name. */
export interface TableRef {
  /** TableFamily. */
  readonly family: number;
  readonly name: string;
}

/** A table of nf_tables, as the kernel describes it. */
export interface Table extends TableRef {
  /** NFT_TABLE_F_*: 1 dormant, 2 belongs to a process, 4 outlives it. */
  readonly flags?: number;
  /** How many chains, sets and other objects there are in it. */
  readonly use?: number;
  /** Never given to another table while the machine runs. */
  readonly handle?: bigint;
  /** What its maker has kept with it: for nft see tableComment. */
  readonly userData?: Uint8Array;
}

/** The request that lists the tables of nf_tables. Refused with EINVAL by a kernel that has no nf_tables. */
export function listTables(): Listing<Table> {
  return { type: NFT_MSG_GETTABLE, flags: 0, body: {} };
}

/** The request, for `transact`, that removes a table with all that is in it. Refused with ENOENT when it is not there. */
export function deleteTable({ family, name }: TableRef): Request<undefined> {
  return { type: NFT_MSG_DELTABLE, flags: 0, body: { family, name } };
}

/** The comment with which nft has made a table. */
export function tableComment({ userData }: Table): string | undefined {
  return commentIn(userData);
}
