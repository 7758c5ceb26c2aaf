import { creationFlags, type IfExists, type Request } from './request.js';

export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;

/** RT_SCOPE_*: how far away a destination is. */
export const RouteScope = { universe: 0, link: 253, host: 254 } as const;
/** RTN_*: what is done with a packet. */
export const RouteType = { unicast: 1, local: 2, broadcast: 3, blackhole: 6, unreachable: 7, prohibit: 8 } as const;
/** RTPROT_*: who made the route. */
export const RouteProtocol = { kernel: 2, boot: 3, static: 4 } as const;
/** RT_TABLE_*. */
export const RouteTable = { default: 253, main: 254, local: 255 } as const;

/** A route, as given and as listed. */
export interface Route {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  /** Absent: every destination. */
  readonly dst?: string;
  /** Prefix length of `dst`. */
  readonly dstLength?: number;
  readonly gateway?: string;
  /** Index of the interface that packets leave by. */
  readonly oif?: number;
  readonly prefSource?: string;
  /** Lower ones win. */
  readonly priority?: number;
  readonly table?: number;
  readonly scope?: number;
  readonly type?: number;
  readonly protocol?: number;
  readonly flags?: number;
  readonly metrics?: { readonly mtu?: number; readonly advMss?: number };
}

/** The request that adds a route: of the main table, to be looked up as any other, unless told otherwise. */
export function newRoute(route: Route, ifExists: IfExists = 'fail'): Request {
  const defaults = { type: RouteType.unicast, protocol: RouteProtocol.boot, table: RouteTable.main };
  return { type: RTM_NEWROUTE, flags: creationFlags(ifExists), body: { ...defaults, ...route } };
}

/** The request that removes the first route that fits. */
export function deleteRoute(route: Route): Request {
  return { type: RTM_DELROUTE, flags: 0, body: { table: RouteTable.main, ...route } };
}

/** The request that lists routes of one family, or one table of it. */
export function listRoutes(filter: { readonly family: number; readonly table?: number }): Request {
  return { type: RTM_GETROUTE, flags: 0, body: filter };
}
