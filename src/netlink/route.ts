import { creationFlags, type IfExists, type Listing, type Request } from './request.js';

export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;

/** RT_SCOPE_* (linux/rtnetlink.h): how far away a destination is. */
export const RouteScope = { universe: 0, site: 200, link: 253, host: 254, nowhere: 255 } as const;

/** RTN_* (linux/rtnetlink.h): what is done with a packet. */
export const RouteType = {
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
} as const;

/** RTPROT_* (linux/rtnetlink.h): who made a route or rule. Numbers from 4 on mean nothing to the kernel. */
export const RouteProtocol = {
  unspecified: 0,
  redirect: 1,
  kernel: 2,
  boot: 3,
  static: 4,
  routerAdvertisement: 9,
  dhcp: 16,
} as const;

/** RT_TABLE_* (linux/rtnetlink.h). */
export const RouteTable = { default: 253, main: 254, local: 255 } as const;

/** RTNH_F_* (linux/rtnetlink.h), of a route's only hop or of one of several. */
export const HopFlag = {
  dead: 1,
  pervasive: 2,
  onLink: 4,
  offload: 8,
  linkDown: 16,
  unresolved: 32,
  trap: 64,
} as const;

/** RTM_F_* (linux/rtnetlink.h): flags of a route that concern it as a whole. */
export const RouteFlag = {
  notify: 0x100,
  cloned: 0x200,
  prefix: 0x800,
  lookupTable: 0x1000,
  fibMatch: 0x2000,
} as const;

/** ICMPV6_ROUTER_PREF_* (linux/icmpv6.h). */
export const RouterPreference = { medium: 0, high: 1, low: 3 } as const;

/** A route, as given and as listed. */
export interface Route {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  /** Absent: every destination. */
  readonly dst?: string;
  /** Prefix length of `dst`. */
  readonly dstLength?: number;
  /** IPv6: which senders it is for. */
  readonly src?: string;
  readonly srcLength?: number;
  /** IPv4: the type of service that it is for. */
  readonly tos?: number;
  /** Of the family's own; `via` is for one of the other. */
  readonly gateway?: string;
  readonly via?: string;
  /** Index of the interface by which packets leave. */
  readonly oif?: number;
  /** Index of the interface by which packets come; in a look-up. */
  readonly iif?: number;
  /** Several ways, chosen by weight, instead of `gateway` and `oif`. */
  readonly multipath?: readonly RouteHop[];
  /** The source address of packets that have none yet. */
  readonly prefSource?: string;
  /** Also called metric: lower ones win. */
  readonly priority?: number;
  /** RouteTable, or any other number. */
  readonly table?: number;
  /** RouteScope. */
  readonly scope?: number;
  /** RouteType. */
  readonly type?: number;
  /** RouteProtocol. */
  readonly protocol?: number;
  /** HopFlag and RouteFlag. */
  readonly flags?: number;
  readonly metrics?: RouteMetrics;
  readonly cacheInfo?: RouteUsage;
  readonly realms?: number;
  /** RouterPreference. */
  readonly pref?: number;
  /** A next hop object that stands for the hops. */
  readonly nhId?: number;
  /** What a look-up is for: packets with this mark, of this user, protocol and ports. */
  readonly mark?: number;
  readonly uid?: number;
  readonly ipProto?: number;
  readonly sport?: number;
  readonly dport?: number;
}

/** One of a route's several ways. */
export interface RouteHop {
  /** Index of the interface. */
  readonly index?: number;
  /** How often it is chosen, less one: 0 to 255. */
  readonly weight?: number;
  /** HopFlag. */
  readonly flags?: number;
  readonly gateway?: string;
  readonly via?: string;
  readonly realms?: number;
}

/** What TCP assumes of a route (ip-route(8) explains each). Times are in milliseconds unless they say otherwise. */
export interface RouteMetrics {
  /** Bit n: metric n of RTAX_* is not adjusted by what is learnt. */
  readonly lock?: number;
  readonly mtu?: number;
  readonly window?: number;
  /** Eighths of a millisecond. */
  readonly rtt?: number;
  /** Quarters of a millisecond. */
  readonly rttVar?: number;
  readonly ssThresh?: number;
  readonly cwnd?: number;
  readonly advMss?: number;
  readonly reordering?: number;
  readonly hopLimit?: number;
  readonly initCwnd?: number;
  /** RTAX_FEATURE_*. */
  readonly features?: number;
  readonly rtoMin?: number;
  readonly initRwnd?: number;
  readonly quickAck?: number;
  /** Congestion control algorithm. */
  readonly ccAlgo?: string;
  readonly fastOpenNoCookie?: number;
}

/** What the kernel knows of a route's use. Times are in hundredths of a second. */
export interface RouteUsage {
  readonly clientReferences: number;
  readonly lastUse: number;
  /** 0: never. */
  readonly expires: number;
  /** The errno with which packets are refused, negative, in 32 bits; 0: they are not. */
  readonly error: number;
  readonly used: number;
}

/** The request that adds a route: of the main table, to be looked up as any other, unless told otherwise. */
export function newRoute(route: Route, ifExists: IfExists = 'fail'): Request<undefined> {
  const body = { type: RouteType.unicast, protocol: RouteProtocol.boot, table: RouteTable.main, ...route };
  return { type: RTM_NEWROUTE, flags: creationFlags(ifExists), body };
}

/** The request that removes the first route that fits. */
export function deleteRoute(route: Route): Request<undefined> {
  return { type: RTM_DELROUTE, flags: 0, body: { table: RouteTable.main, scope: RouteScope.nowhere, ...route } };
}

/**
 * The request that asks by which way packets of this description would go. `dstLength` has to be the address's full
 * length. Refused with ENETUNREACH when there is none.
 */
export function getRoute(description: Route): Request<Route> {
  return { type: RTM_GETROUTE, flags: 0, body: description };
}

/** Which routes to list. Without a table: of all of them. */
export interface RouteFilter {
  readonly family: number;
  readonly table?: number | undefined;
  readonly oif?: number | undefined;
  readonly protocol?: number | undefined;
  readonly type?: number | undefined;
}

/** The request that lists routes of one family. */
export function listRoutes(filter: RouteFilter): Listing<Route> {
  return { type: RTM_GETROUTE, flags: 0, body: filter };
}
