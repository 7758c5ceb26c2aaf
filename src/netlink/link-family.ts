/** IN6_ADDR_GEN_MODE_* (linux/if_link.h): how IPv6 makes the interface's own link-local address. */
export const AddrGenMode = { eui64: 0, none: 1, stablePrivacy: 2, random: 3 } as const;

/** What address families know of a link (IFLA_AF_SPEC). */
export interface LinkFamilySpec {
  readonly inet?: Ipv4LinkSpec;
  readonly inet6?: Ipv6LinkSpec;
}

/** IPv4 on a link. */
export interface Ipv4LinkSpec {
  readonly conf?: Ipv4Settings;
}

/**
 * The settings of `net.ipv4.conf.INTERFACE` that matter to a container's link (ip-sysctl.rst explains each): one request
 * sets any number of them.
 */
export interface Ipv4Settings {
  readonly forwarding?: number;
  readonly proxyArp?: number;
  readonly acceptRedirects?: number;
  readonly secureRedirects?: number;
  readonly sendRedirects?: number;
  readonly rpFilter?: number;
  readonly acceptSourceRoute?: number;
  readonly logMartians?: number;
  readonly arpFilter?: number;
  readonly arpAnnounce?: number;
  readonly arpIgnore?: number;
  readonly promoteSecondaries?: number;
  readonly arpAccept?: number;
  readonly arpNotify?: number;
  readonly acceptLocal?: number;
  readonly srcValidMark?: number;
  readonly proxyArpPvlan?: number;
  readonly routeLocalnet?: number;
}

/** IPv6 on a link. Only `addrGenMode` and `token` can be set. */
export interface Ipv6LinkSpec {
  /** AddrGenMode. */
  readonly addrGenMode?: number;
  /** The lower half of addresses made from router advertisements. */
  readonly token?: string;
  /** IF_RA_*, IF_READY (linux/ipv6.h, include/net/if_inet6.h). */
  readonly flags?: number;
  readonly conf?: Ipv6Settings;
  readonly cacheInfo?: Ipv6Times;
  /** What routers advertised. */
  readonly raMtu?: number;
}

/** Settings of `net.ipv6.conf.INTERFACE` (ip-sysctl.rst explains each). */
export interface Ipv6Settings {
  readonly forwarding: number;
  readonly acceptRa: number;
  readonly acceptRedirects: number;
  readonly autoconf: number;
  readonly dadTransmits: number;
  readonly rtrSolicits: number;
  readonly proxyNdp: number;
  readonly acceptSourceRoute: number;
  readonly disableIpv6: number;
  readonly acceptDad: number;
}

export interface Ipv6Times {
  /** Bytes. */
  readonly maxReassembly: number;
  /** Hundredths of a second since boot. */
  readonly updated: number;
  /** Milliseconds. */
  readonly reachableTime: number;
  /** Milliseconds. */
  readonly retransmitTime: number;
}

/** BRIDGE_FLAGS_* (linux/if_bridge.h): whether a message is for the bridge of a port, or for the device itself. */
export const BridgeFamilyFlag = { master: 1, self: 2 } as const;

/** What the bridge family knows of a port, beside its options. */
export interface BridgeFamilySpec {
  /** BridgeFamilyFlag. */
  readonly flags?: number;
  /** BRIDGE_MODE_*: 0 a virtual Ethernet bridge, 1 a port aggregator. */
  readonly mode?: number;
}
