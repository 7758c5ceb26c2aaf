import type { Stats } from 'node:fs';
import type { Firewall } from '../firewall/index.js';
import type { Naming } from '../naming/index.js';
import type { Connection } from '../netlink/index.js';
import type { Networks } from '../network/index.js';
import type { Owner, Store } from '../store/index.js';
import type { Foreground } from './foreground.js';
import type { Removals } from './removals.js';
import type { Turns } from './turns.js';

/** Where ports are published that do not say so. */
export interface PublishContext {
  readonly firewall: Firewall;
  /** The host's address; none: all of them. */
  readonly address: string | undefined;
  /** Of the host's ports those that are given out. */
  readonly range: { readonly first: number; readonly last: number };
  /** Whether this process has taken hold of ports. */
  hasPublished: boolean;
}

/** What attaching and detaching work with: one host's. */
export interface EndpointContext {
  readonly connection: Connection;
  readonly store: Store;
  /** The file of the host's namespace. */
  readonly netns: Pick<Stats, 'dev' | 'ino'>;
  readonly networks: Networks;
  readonly firewall: Firewall;
  readonly publishing: PublishContext;
  readonly naming: Naming;
  /** Attaches, for which everything else makes room. */
  readonly foreground: Foreground;
  readonly removals: Removals;
  /** For what attaches do on the main thread. */
  readonly turns: Turns;
  /** This host, of this process. */
  readonly owner: Owner;
  /** Ids of the sandboxes that it is attaching or detaching at the moment. */
  readonly working: Set<string>;
}
