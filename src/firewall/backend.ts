import type { Connection } from '../netlink/index.js';
import type { Store } from '../store/index.js';
import type { Change } from './change.js';

/** Who filters packets and translates addresses on the host. */
export type FirewallBackend = 'nftables' | 'iptables' | 'none';

/** What backends work with: one host's. */
export interface BackendContext {
  readonly connection: Connection;
  readonly store: Store;
}

/** How the model comes into force. What changes is on record before it is asked for. */
export interface Backend {
  /** Elements come and go, all together; with them whatever else was found missing. */
  change(change: Change): Promise<void>;
  /** Everything as it is on record. Returns whether anything had to be done. Can be repeated, and by several at once. */
  restore(): Promise<boolean>;
  /**
   * The same for who was told that something was taken out up to a generation of the rules, which may have been our own doing: where
   * all was found in force since then, nothing is looked at.
   */
  restoreChanged(generation: number | undefined): Promise<boolean>;
  /** Whether everything is as it is on record. Changes nothing. */
  isInForce(): Promise<boolean>;
  /** What was found in force may be so no longer. */
  doubt(): void;
}
