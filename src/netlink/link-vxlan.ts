/** VXLAN_DF_* (linux/if_link.h): the don't-fragment bit of packets that are sent. */
export const VxlanDf = { unset: 0, set: 1, inherit: 2 } as const;

/**
 * Ethernet frames over UDP (ip-link(8) explains each option). Switches are 0 or 1, unless they are booleans, which
 * cannot be switched off again.
 */
export interface VxlanOptions {
  /** The network identifier, up to 16777215. */
  readonly id?: number;
  /** A multicast group, or the one remote end. */
  readonly group?: string;
  readonly group6?: string;
  readonly local?: string;
  readonly local6?: string;
  /** Index of the interface that packets leave by. */
  readonly link?: number;
  /** The UDP port at the remote end: 8472 unless given, 4789 by IANA. */
  readonly port?: number;
  /** UDP source ports. */
  readonly portRange?: VxlanPortRange;
  readonly ttl?: number;
  readonly ttlInherit?: boolean;
  readonly tos?: number;
  /** Flow label. */
  readonly label?: number;
  /** VxlanDf. */
  readonly df?: number;
  readonly learning?: number;
  /** Seconds. */
  readonly ageing?: number;
  /** Most entries of the forwarding database; 0: any number. */
  readonly limit?: number;
  readonly proxy?: number;
  readonly rsc?: number;
  readonly l2miss?: number;
  readonly l3miss?: number;
  readonly udpCsum?: number;
  readonly udpZeroCsum6Tx?: number;
  readonly udpZeroCsum6Rx?: number;
  readonly remCsumTx?: number;
  readonly remCsumRx?: number;
  readonly remCsumNoPartial?: boolean;
  readonly gbp?: boolean;
  readonly gpe?: boolean;
  readonly collectMetadata?: number;
  readonly vniFilter?: number;
  readonly localBypass?: number;
}

/** Both ends belong to it. */
export interface VxlanPortRange {
  readonly low: number;
  readonly high: number;
}
