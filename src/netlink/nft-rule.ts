import { commentIn } from './nft-comment.js';
import type { TableRef } from './nft-table.js';
import type { Listing } from './request.js';

export const NFT_MSG_GETRULE = (10 << 8) | 7;
export const NFT_MSG_DELRULE = (10 << 8) | 8;

/** A step of a rule. */
export interface RuleExpression {
  /** `cmp`, `lookup`, `immediate`… */
  readonly name: string;
  /** What it is told, as the kernel writes it (NFTA_EXPR_DATA). */
  readonly data?: Uint8Array;
}

/** A rule of nf_tables, as the kernel describes it. (`Rule` is one of policy routing.) */
export interface TableRule {
  /** TableFamily. */
  readonly family: number;
  readonly table: string;
  readonly chain: string;
  /** Never given to another rule of its table. */
  readonly handle: bigint;
  /** The handle of the rule before it in the chain; the first has none. */
  readonly position?: bigint;
  readonly expressions?: readonly RuleExpression[];
  /** What its maker has kept with it: for nft see ruleComment. */
  readonly userData?: Uint8Array;
}

/** The request that lists the rules of one table; none of a table that is not there. */
export function listTableRules({ family, name }: TableRef): Listing<TableRule> {
  return { type: NFT_MSG_GETRULE, flags: 0, body: { family, table: name } };
}

/** The comment with which nft has made a rule. */
export function ruleComment({ userData }: TableRule): string | undefined {
  return commentIn(userData);
}
