import { type Chain, NFT_MSG_DELCHAIN } from './chain.js';
import { NFT_MSG_DELSETELEM, type RawElement, type SetElements } from './nft-element.js';
import { type Generation, NFT_MSG_NEWGEN } from './nft-generation.js';
import { NFT_MSG_DELRULE, type TableRule } from './nft-rule.js';
import { NFT_MSG_DELSET, type TableSet } from './nft-set.js';
import { NFT_MSG_DELTABLE, type Table } from './nft-table.js';

/** Something that is gone from a table. */
interface Gone<Kind extends string> {
  readonly kind: Kind;
  /** TableFamily. */
  readonly family: number;
  readonly table: string;
}

/**
 * What has become of nf_tables through someone else than the connection that tells: something is gone (`del`), or there is
 * a new generation, with which every transaction ends, whatever it did (`new`).
 */
export type RulesetChange =
  | Gone<'table'>
  | (Gone<'chain'> & { readonly name: string })
  | (Gone<'rule'> & { readonly chain: string; readonly handle: bigint })
  | (Gone<'set'> & { readonly name: string })
  | (Gone<'elements'> & { readonly set: string; readonly elements: readonly RawElement[] })
  | ({ readonly kind: 'generation' } & Generation);

/** What a notification of nf_tables says; undefined for one that says nothing of that. */
export function rulesetChange(type: number, body: unknown): RulesetChange | undefined {
  switch (type) {
    case NFT_MSG_DELTABLE: {
      const { family, name } = body as Table;
      return { kind: 'table', family, table: name };
    }
    case NFT_MSG_DELCHAIN: {
      const { family, table, name } = body as Chain;
      return { kind: 'chain', family, table, name };
    }
    case NFT_MSG_DELRULE: {
      const { family, table, chain, handle } = body as TableRule;
      return { kind: 'rule', family, table, chain, handle };
    }
    case NFT_MSG_DELSET: {
      const { family, table, name } = body as TableSet;
      return { kind: 'set', family, table, name };
    }
    case NFT_MSG_DELSETELEM: {
      const { family, table, set, elements = [] } = body as SetElements;
      return { kind: 'elements', family, table, set, elements };
    }
    case NFT_MSG_NEWGEN: {
      const { id, processId, processName } = body as Generation;
      return {
        kind: 'generation',
        id,
        ...(processId !== undefined && { processId }),
        ...(processName && { processName }),
      };
    }
    default:
      return undefined;
  }
}
