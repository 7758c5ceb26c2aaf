import type { Protocol } from '../address/index.js';
import type { SetName, TableFamily } from './nftables/sets.js';

/** One part of an element's key or value. */
export type Field =
  | { readonly kind: 'interface' | 'ipv4' | 'ipv6' | 'mac'; readonly value: string }
  /** NETWORK/PREFIX: all of its addresses. */
  | { readonly kind: 'subnet4' | 'subnet6'; readonly value: string }
  | { readonly kind: 'protocol'; readonly value: Protocol }
  | { readonly kind: 'port'; readonly value: number }
  | { readonly kind: 'family'; readonly value: 'ipv4' | 'ipv6' };

/** A member of one of the sets that the rules look into, or with a value an entry of one of the maps. */
export interface Element {
  readonly table: TableFamily;
  readonly set: SetName;
  readonly key: readonly Field[];
  readonly value?: readonly Field[];
}
