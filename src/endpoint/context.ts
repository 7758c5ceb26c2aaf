import type { Connection } from '../netlink/index.js';
import type { Networks } from '../network/index.js';
import type { Owner, Store } from '../store/index.js';
import type { NamespaceFile } from './host-namespace.js';

/** What attaching and detaching work with: one host's. */
export interface EndpointContext {
  readonly connection: Connection;
  readonly store: Store;
  /** The host's. */
  readonly netns: NamespaceFile;
  readonly networks: Networks;
  /** This host, of this process. */
  readonly owner: Owner;
  /** Ids of the sandboxes that it is attaching or detaching at the moment. */
  readonly working: Set<string>;
}
