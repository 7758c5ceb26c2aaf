import { creationFlags, type IfExists, type Listing, type Request } from './request.js';

export const RTM_NEWNEIGH = 28;
export const RTM_DELNEIGH = 29;
export const RTM_GETNEIGH = 30;

/** NUD_* (linux/neighbour.h). In a forwarding database `noArp` is a static entry and `permanent` an address of its own. */
export const NeighbourState = {
  incomplete: 0x01,
  reachable: 0x02,
  stale: 0x04,
  delay: 0x08,
  probe: 0x10,
  failed: 0x20,
  noArp: 0x40,
  permanent: 0x80,
} as const;

/** NTF_* (linux/neighbour.h). `self` and `master` say whose forwarding database: the interface's, or its bridge's. */
export const NeighbourFlag = {
  use: 0x01,
  self: 0x02,
  master: 0x04,
  proxy: 0x08,
  externallyLearned: 0x10,
  offloaded: 0x20,
  sticky: 0x40,
  router: 0x80,
} as const;

/** NTF_EXT_* (linux/neighbour.h). */
export const NeighbourExtendedFlag = { managed: 0x01, locked: 0x02 } as const;

/**
 * A neighbour, as given and as listed: which link-layer address an IP address has (AF_INET, AF_INET6), or by which port
 * or remote end a link-layer address is reached (AF_BRIDGE: the forwarding databases of bridges and vxlans).
 */
export interface Neighbour {
  /** AF_INET, AF_INET6 or AF_BRIDGE. */
  readonly family: number;
  /** Index of the interface; of a forwarding entry, the port. */
  readonly index: number;
  readonly dst?: string;
  readonly lladdr?: string;
  /** NeighbourState. */
  readonly state?: number;
  /** NeighbourFlag. */
  readonly flags?: number;
  /** NeighbourExtendedFlag. */
  readonly flagsExt?: number;
  /** RTN_*; the kernel sets it. */
  readonly type?: number;
  readonly cacheInfo?: NeighbourUsage;
  readonly probes?: number;
  /** RouteProtocol. */
  readonly protocol?: number;
  /** Index of the bridge. */
  readonly master?: number;
  readonly vlan?: number;
  /** The rest is about entries of a vxlan: the remote end's UDP port and network identifier, and the link to it. */
  readonly port?: number;
  readonly vni?: number;
  readonly srcVni?: number;
  readonly viaIndex?: number;
  readonly linkNetnsId?: number;
  readonly nhId?: number;
}

/** Ages, in hundredths of a second. */
export interface NeighbourUsage {
  readonly confirmed: number;
  readonly used: number;
  readonly updated: number;
  readonly references: number;
}

/** The request that adds a neighbour: one that stays until it is deleted, unless `state` says otherwise. */
export function newNeighbour(neighbour: Neighbour, ifExists: IfExists = 'fail'): Request<undefined> {
  const body = { state: NeighbourState.permanent, ...neighbour };
  return { type: RTM_NEWNEIGH, flags: creationFlags(ifExists), body };
}

/** How a neighbour is found. In a forwarding database by `lladdr` (and `vlan`, `dst`…), otherwise by `dst`. */
export type NeighbourKey = Omit<Neighbour, 'state' | 'type' | 'cacheInfo' | 'probes'>;

/** The request that removes a neighbour. */
export function deleteNeighbour(key: NeighbourKey): Request<undefined> {
  return { type: RTM_DELNEIGH, flags: 0, body: key };
}

/** The request that asks for one neighbour. Refused with ENOENT when there is none. */
export function getNeighbour(key: NeighbourKey): Request<Neighbour> {
  return { type: RTM_GETNEIGH, flags: 0, body: key };
}

/** Which neighbours to list. */
export interface NeighbourFilter {
  readonly family: number;
  readonly index?: number | undefined;
  /** Index of the bridge. */
  readonly master?: number | undefined;
  /** Those that are answered for instead (`ip neighbour show proxy`). */
  readonly proxy?: boolean | undefined;
}

/** The request that lists neighbours of one family. */
export function listNeighbours({ family, index, master, proxy }: NeighbourFilter): Listing<Neighbour> {
  // The kernel refuses an index in the header (neigh_valid_dump_req in net/core/neighbour.c).
  const body = { family, viaIndex: index, master, flags: proxy ? NeighbourFlag.proxy : 0 };
  return { type: RTM_GETNEIGH, flags: 0, body };
}
