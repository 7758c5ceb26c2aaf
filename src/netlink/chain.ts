import type { Listing } from './request.js';

/** See NFT_MSG_GETTABLE. */
export const NFT_MSG_GETCHAIN = (10 << 8) | 4;
export const NFT_MSG_DELCHAIN = (10 << 8) | 5;

/** NF_INET_* (linux/netfilter.h): where packets of IPv4 and IPv6 enter a base chain. */
export const ChainHookNumber = { preRouting: 0, input: 1, forward: 2, output: 3, postRouting: 4 } as const;

/** What becomes of a packet that no rule of a base chain has decided about (linux/netfilter.h). */
export const ChainPolicy = { drop: 0, accept: 1 } as const;

/** Where packets enter a base chain. */
export interface ChainHook {
  /** ChainHookNumber, in the families that have it. */
  readonly number: number;
  /** The lowest comes first. A signed number as the kernel sends it: without its sign. */
  readonly priority: number;
}

/** A chain of nf_tables, as the kernel describes it. iptables-nft's are among them. */
export interface Chain {
  /** NFPROTO_* (linux/netfilter.h): 1 inet, 2 IPv4, 7 bridge, 10 IPv6. */
  readonly family: number;
  readonly table: string;
  readonly name: string;
  /** Of base chains only. */
  readonly hook?: ChainHook;
  /** ChainPolicy; of base chains only. */
  readonly policy?: number;
  /** `filter`, `nat`, `route`; of base chains only. */
  readonly type?: string;
}

/** The request that lists the chains of nf_tables. Refused with EINVAL by a kernel that has no nf_tables. */
export function listChains(): Listing<Chain> {
  return { type: NFT_MSG_GETCHAIN, flags: 0, body: {} };
}
