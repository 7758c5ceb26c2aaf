/** One sandbox's attachment to one network: all that is needed to find its kernel objects again. */
export interface EndpointRecord {
  readonly network: string;
  /** Name in the sandbox's namespace: `eth0`. */
  readonly interface: string;
  /** Name of the host's end of the veth pair. */
  readonly hostInterface: string;
  /** Its interface index, which no other link of the host ever had: what it is found by. */
  readonly hostIndex: number;
  readonly address: string;
  readonly prefixLength: number;
  readonly macAddress: string;
  readonly gateway: string;
  readonly mtu: number;
}

/** Where a sandbox's namespace is found. */
export type NetnsRecord =
  /** Made by us and bound to `pin`. */
  | { readonly kind: 'created' }
  /** A process's; the sandbox ends with it. */
  | { readonly kind: 'pid'; readonly pid: number }
  | { readonly kind: 'path'; readonly path: string }
  /** A descriptor of the process that attached it: nobody else can look. */
  | { readonly kind: 'fd' }
  /** The host's own. */
  | { readonly kind: 'host' }
  /** That of another sandbox, by id. */
  | { readonly kind: 'shared'; readonly sandbox: string };

export interface SandboxRecord {
  readonly id: string;
  readonly name: string;
  readonly mode: 'bridge' | 'host' | 'none' | 'container';
  /**
   * `pending` from before the first kernel object until after the last; `leaving` from before the first removal until
   * the record itself goes. Either, with its owner dead, is for gc to clean up.
   */
  readonly state: 'pending' | 'ready' | 'leaving';
  /** Who works on it, or with whom it ends; `nobody` once a removal was given up. See owner.ts. */
  readonly owner: string;
  /** Ends with its owner (a command under `run`). */
  readonly bound: boolean;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly netns: NetnsRecord;
  /** None when it is the host's. */
  readonly hostname?: string;
  /** The kernel's number of its namespace, once known; decimal. */
  readonly cookie?: string;
  /** Its file under /run/netns, if we made one. */
  readonly pin?: string;
  readonly endpoint?: EndpointRecord;
}

export interface NetworkRecord {
  readonly id: string;
  readonly name: string;
  readonly driver: 'bridge';
  readonly bridge: string;
  /** NETWORK/PREFIX. */
  readonly subnet: string;
  /** The bridge's address, and the sandboxes' default gateway. */
  readonly gateway: string;
  /** Whether we made the bridge. One that we found is used as it is and never changed or deleted. */
  readonly ours: boolean;
  readonly created: number;
}
