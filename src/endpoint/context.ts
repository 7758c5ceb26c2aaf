import type { Connection } from '../netlink/index.js';
import type { DefaultNetwork } from '../network/index.js';
import type { Owner, Store } from '../store/index.js';

/** What attaching and detaching work with: one host's. */
export interface EndpointContext {
  readonly connection: Connection;
  readonly store: Store;
  readonly network: DefaultNetwork;
  /** This host, of this process. */
  readonly owner: Owner;
  /** Ids of the sandboxes that it is detaching at the moment. */
  readonly leaving: Set<string>;
  /** Of endpoints that ask for none, in bytes. */
  readonly mtu: number;
}
