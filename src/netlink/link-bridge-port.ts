/** BR_STATE_* (linux/if_bridge.h). */
export const BridgePortState = { disabled: 0, listening: 1, learning: 2, forwarding: 3, blocking: 4 } as const;

/**
 * What a bridge does at one of its ports (bridge(8) explains each option). Switches are 0 or 1. Identifiers (`rootId`,
 * `bridgeId`) are two bytes of priority and a MAC address, written as a MAC address of eight bytes.
 */
export interface BridgePortOptions {
  /** BridgePortState. */
  readonly state?: number;
  readonly priority?: number;
  readonly cost?: number;
  /** Frames may go out by the port that they came in by. */
  readonly hairpin?: number;
  readonly bpduGuard?: number;
  readonly rootBlock?: number;
  readonly fastLeave?: number;
  readonly learning?: number;
  readonly locked?: number;
  readonly macAuthenticationBypass?: number;
  /** No frames from and to other ports that are isolated too. */
  readonly isolated?: number;
  readonly unicastFlood?: number;
  readonly multicastFlood?: number;
  readonly broadcastFlood?: number;
  readonly proxyArp?: number;
  readonly proxyArpWifi?: number;
  readonly neighbourSuppress?: number;
  readonly neighbourVlanSuppress?: number;
  readonly vlanTunnel?: number;
  readonly groupForwardMask?: number;
  /** Index of the port that takes over when this one has no carrier; 0: none. */
  readonly backupPort?: number;
  readonly multicastRouter?: number;
  readonly multicastToUnicast?: number;
  readonly multicastMaxGroups?: number;
  readonly multicastEhtHostsLimit?: number;
  /** Forgets what was learnt at this port. */
  readonly flush?: boolean;

  // Only the kernel says these.
  readonly multicastGroups?: number;
  readonly multicastEhtHostsCount?: number;
  readonly id?: number;
  readonly number?: number;
  readonly rootId?: string;
  readonly bridgeId?: string;
  readonly designatedPort?: number;
  readonly designatedCost?: number;
  readonly topologyChangeAck?: number;
  readonly configPending?: number;
}
