/** BR_BOOLOPT_* (linux/if_bridge.h): the bits of `booleanOptions`. */
export const BridgeBooleanOption = { noLinkLocalLearn: 1, multicastVlanSnooping: 2, mstEnable: 4 } as const;

/**
 * A software switch (ip-link(8) explains each option). Times and intervals are in hundredths of a second. Switches are 0
 * or 1. Identifiers (`rootId`, `bridgeId`) are two bytes of priority and a MAC address, written as a MAC address of eight
 * bytes.
 */
export interface BridgeOptions {
  readonly forwardDelay?: number;
  readonly helloTime?: number;
  readonly maxAge?: number;
  readonly ageingTime?: number;
  /** 0: no spanning tree. */
  readonly stpState?: number;
  readonly priority?: number;
  readonly vlanFiltering?: number;
  /** An EtherType: 0x8100 or 0x88a8. */
  readonly vlanProtocol?: number;
  readonly vlanDefaultPvid?: number;
  readonly vlanStatsEnabled?: number;
  readonly vlanStatsPerPort?: number;
  /** Bit n: frames to 01:80:c2:00:00:0n are forwarded. */
  readonly groupForwardMask?: number;
  readonly groupAddress?: string;
  /** Forgets what was learnt. */
  readonly fdbFlush?: boolean;
  readonly fdbMaxLearned?: number;
  readonly booleanOptions?: BridgeBooleanOptions;
  readonly nfCallIptables?: number;
  readonly nfCallIp6tables?: number;
  readonly nfCallArptables?: number;

  /** 0: multicast goes to every port, without looking into IGMP and MLD. */
  readonly multicastSnooping?: number;
  readonly multicastRouter?: number;
  readonly multicastQuerier?: number;
  readonly multicastQueryUseIfaddr?: number;
  readonly multicastStatsEnabled?: number;
  readonly multicastHashElasticity?: number;
  readonly multicastHashMax?: number;
  readonly multicastIgmpVersion?: number;
  readonly multicastMldVersion?: number;
  readonly multicastLastMemberCount?: number;
  readonly multicastStartupQueryCount?: number;
  readonly multicastLastMemberInterval?: bigint;
  readonly multicastMembershipInterval?: bigint;
  readonly multicastQuerierInterval?: bigint;
  readonly multicastQueryInterval?: bigint;
  readonly multicastQueryResponseInterval?: bigint;
  readonly multicastStartupQueryInterval?: bigint;

  // Only the kernel says these.
  readonly fdbLearned?: number;
  readonly rootId?: string;
  readonly bridgeId?: string;
  readonly rootPort?: number;
  readonly rootPathCost?: number;
  readonly topologyChange?: number;
  readonly topologyChangeDetected?: number;
}

/** Bits of BridgeBooleanOption. */
export interface BridgeBooleanOptions {
  readonly values: number;
  /** Which of them to set. */
  readonly mask: number;
}
