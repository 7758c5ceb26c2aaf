/** MACVLAN_MODE_* (linux/if_link.h): whom the interfaces on one parent can reach. */
export const MacvlanMode = { private: 1, vepa: 2, bridge: 4, passthru: 8, source: 16 } as const;

/** MACVLAN_FLAG_* (linux/if_link.h). */
export const MacvlanFlag = { noPromiscuous: 1, noDestination: 2 } as const;

/** MACVLAN_MACADDR_* (linux/if_link.h): what to do with the source addresses of mode `source`. */
export const MacvlanAddressMode = { add: 0, delete: 1, flush: 2, set: 3 } as const;

/** An interface with a MAC address of its own on another one, its `link`; kinds `macvlan` and `macvtap`. */
export interface MacvlanOptions {
  /** MacvlanMode. */
  readonly mode?: number;
  /** MacvlanFlag. */
  readonly flags?: number;
  /** MacvlanAddressMode: what to do with `sourceAddress` or `sourceAddresses`. Not in listings. */
  readonly addressMode?: number;
  readonly sourceAddress?: string;
  readonly sourceAddresses?: readonly string[];
  readonly sourceAddressCount?: number;
  readonly broadcastQueueLength?: number;
  readonly broadcastQueueLengthUsed?: number;
  readonly broadcastCutoff?: number;
}
