import type { LinkSettings } from './link.js';

/** What a link is made of (IFLA_LINKINFO), by its kind. */
export type LinkInfo = VethInfo | BridgeInfo | OtherInfo;

/** A pair of Ethernet interfaces: what goes in at one end comes out at the other. */
export interface VethInfo {
  readonly kind: 'veth';
  readonly data?: { readonly peer?: LinkSettings };
}

/** A software switch. Times are in hundredths of a second. */
export interface BridgeInfo {
  readonly kind: 'bridge';
  readonly data?: BridgeOptions;
}

export interface BridgeOptions {
  readonly forwardDelay?: number;
  readonly ageingTime?: number;
  /** 0: no spanning tree. */
  readonly stpState?: number;
  /** 0: multicast goes to every port, without looking into IGMP and MLD. */
  readonly multicastSnooping?: number;
}

/** A kind that this library has no table for: its data are bytes. */
export interface OtherInfo {
  readonly kind: string;
  readonly data?: object;
}
