/** What a link has carried (struct rtnl_link_stats64, whose documentation in linux/if_link.h explains each). */
export interface LinkStatistics {
  readonly rxPackets: bigint;
  readonly txPackets: bigint;
  readonly rxBytes: bigint;
  readonly txBytes: bigint;
  readonly rxErrors: bigint;
  readonly txErrors: bigint;
  readonly rxDropped: bigint;
  readonly txDropped: bigint;
  readonly multicast: bigint;
  readonly collisions: bigint;
  readonly rxLengthErrors: bigint;
  readonly rxOverErrors: bigint;
  readonly rxCrcErrors: bigint;
  readonly rxFrameErrors: bigint;
  readonly rxFifoErrors: bigint;
  readonly rxMissedErrors: bigint;
  readonly txAbortedErrors: bigint;
  readonly txCarrierErrors: bigint;
  readonly txFifoErrors: bigint;
  readonly txHeartbeatErrors: bigint;
  readonly txWindowErrors: bigint;
  readonly rxCompressed: bigint;
  readonly txCompressed: bigint;
  readonly rxNoHandler: bigint;
}
