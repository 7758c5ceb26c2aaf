import { AF_BRIDGE } from './family.js';
import type { BridgePortOptions } from './link-bridge-port.js';
import type { BridgeFamilySpec, Ipv6LinkSpec, LinkFamilySpec } from './link-family.js';
import { type LinkInfo, linkOptions } from './link-info.js';
import type { LinkStatistics } from './link-statistics.js';
import {
  creationFlags,
  type IfExists,
  type Listing,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  type Request,
} from './request.js';

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_SETLINK = 19;
export const RTM_NEWLINKPROP = 108;
export const RTM_DELLINKPROP = 109;

/** Interface flags (linux/if.h): administratively up. */
export const IFF_UP = 1 << 0;
export const IFF_BROADCAST = 1 << 1;
export const IFF_LOOPBACK = 1 << 3;
export const IFF_POINTOPOINT = 1 << 4;
/** In operation. */
export const IFF_RUNNING = 1 << 6;
export const IFF_NOARP = 1 << 7;
export const IFF_PROMISC = 1 << 8;
export const IFF_ALLMULTI = 1 << 9;
export const IFF_MULTICAST = 1 << 12;
/** There is a carrier. */
export const IFF_LOWER_UP = 1 << 16;

/** IF_OPER_* (linux/if.h, RFC 2863): what became of an interface that is to be up. */
export const OperState = {
  unknown: 0,
  notPresent: 1,
  down: 2,
  lowerLayerDown: 3,
  testing: 4,
  dormant: 5,
  up: 6,
} as const;

/** RTEXT_FILTER_* (linux/rtnetlink.h): what an answer is to have beside the usual, or not to have. */
export const LinkExtension = {
  virtualFunctions: 1,
  bridgeVlan: 2,
  bridgeVlanCompressed: 4,
  skipStatistics: 8,
} as const;

/** What can be asked of a link; also how a link made in the same request (a veth's peer) is described. */
export interface LinkSettings {
  /** The index it is to have in its namespace (a new link), or by which it is found (an existing one). */
  readonly index?: number | undefined;
  /** At most 15 bytes. Finds an existing link that has no `index` given; otherwise it is its new name. */
  readonly name?: string | undefined;
  /** Finds an existing link that has neither `index` nor `name` given. */
  readonly altName?: string | undefined;
  /** Administrative state. A veth's peer cannot be made up: the kernel answers ENOTCONN. */
  readonly up?: boolean | undefined;
  /** Link-layer address: `02:42:ac:11:00:02`. */
  readonly address?: string | undefined;
  readonly broadcast?: string | undefined;
  readonly mtu?: number | undefined;
  readonly txQueueLength?: number | undefined;
  /** Index of the bridge it becomes a port of; 0 releases it. */
  readonly master?: number | undefined;
  /** Index of the link below (macvlan, vxlan), in the namespace `linkNetnsId` if not here. */
  readonly link?: number | undefined;
  readonly linkNetnsId?: number | undefined;
  /** Free number by which links can be changed and deleted together. */
  readonly group?: number | undefined;
  /** Free text, at most 254 bytes. Not taken by the kernel in a request that creates. */
  readonly alias?: string | undefined;
  /** Where it is to be: the namespace of a process, of a descriptor of this process, or one with an id here. */
  readonly netnsPid?: number | undefined;
  readonly netnsFd?: number | undefined;
  readonly targetNetnsId?: number | undefined;
  /** Its index there, if it moves. */
  readonly newIfindex?: number | undefined;
  readonly numTxQueues?: number | undefined;
  readonly numRxQueues?: number | undefined;
  readonly gsoMaxSize?: number | undefined;
  readonly gsoMaxSegs?: number | undefined;
  readonly groMaxSize?: number | undefined;
  /** OperState; only `dormant` and `up` can be set. */
  readonly operState?: number | undefined;
  /** 1: goes by way of `dormant` when it comes up. */
  readonly linkMode?: number | undefined;
  /** 0 or 1, for kinds whose carrier is what they are told. */
  readonly carrier?: number | undefined;
  /** Not taken by the kernel in a request that creates. */
  readonly afSpec?: LinkFamilySpec | undefined;
  readonly info?: LinkInfo | undefined;
}

/** A link as the kernel describes it. */
export interface Link {
  readonly family: number;
  /** ARPHRD_* (linux/if_arp.h): 1 Ethernet, 772 loopback. */
  readonly type: number;
  readonly index: number;
  /** IFF_*. */
  readonly flags: number;
  /** In events: which flags have changed; 0xffffffff if that is not known. */
  readonly change: number;
  readonly name: string;
  readonly altNames?: readonly string[];
  readonly alias?: string;
  readonly mtu: number;
  readonly minMtu?: number;
  readonly maxMtu?: number;
  readonly address?: string;
  readonly broadcast?: string;
  /** The address that its maker gave it. */
  readonly permAddress?: string;
  readonly master?: number;
  /** Index of the link below or, for a veth, of the peer; in the namespace `linkNetnsId` if not here. */
  readonly link?: number;
  readonly linkNetnsId?: number;
  readonly group?: number;
  /** OperState. */
  readonly operState?: number;
  readonly linkMode?: number;
  readonly carrier?: number;
  readonly carrierChanges?: number;
  readonly carrierUpCount?: number;
  readonly carrierDownCount?: number;
  /** How many have asked for all packets, and for all multicast packets. */
  readonly promiscuity?: number;
  readonly allMulticast?: number;
  readonly qdisc?: string;
  readonly txQueueLength?: number;
  readonly numTxQueues?: number;
  readonly numRxQueues?: number;
  readonly gsoMaxSegs?: number;
  readonly gsoMaxSize?: number;
  readonly groMaxSize?: number;
  readonly tsoMaxSegs?: number;
  readonly tsoMaxSize?: number;
  readonly info?: LinkInfo;
  readonly afSpec?: LinkFamilySpec;
  /** In listings for AF_INET6. */
  readonly protocolInfo?: Ipv6LinkSpec;
  readonly stats64?: LinkStatistics;
  /** In events: why the kernel sent it (IFLA_EVENT_* in linux/if_link.h). */
  readonly event?: number;
  /** In the event of its deletion: the id of the namespace to which it moved, and its index there. */
  readonly newNetnsId?: number;
  readonly newIfindex?: number;
  /** In listings of another namespace: its id here. */
  readonly targetNetnsId?: number;
}

/** A link as the port of a bridge, as the bridge family (AF_BRIDGE) describes it. */
export interface BridgePort {
  readonly family: typeof AF_BRIDGE;
  readonly type: number;
  readonly index: number;
  readonly flags: number;
  readonly change: number;
  readonly name: string;
  readonly mtu: number;
  readonly address?: string;
  /** Index of the bridge. A bridge is listed as a port of its own. */
  readonly master?: number;
  readonly link?: number;
  readonly operState?: number;
  readonly protocolInfo?: BridgePortOptions;
  readonly afSpec?: BridgeFamilySpec;
}

/** How a link is found: by index (never given twice in a namespace's life), by name or by an alternative name. */
export type LinkKey = { readonly index: number } | { readonly name: string } | { readonly altName: string };

/** The request that creates a link, in the state that `settings` describes. */
export function newLink(settings: LinkSettings, ifExists: IfExists = 'fail'): Request<undefined> {
  return { type: RTM_NEWLINK, flags: creationFlags(ifExists), body: linkBody(settings) };
}

/** The request that changes a link, found by index or else by name. To rename it, find it by index. */
export function setLink(settings: LinkKey & LinkSettings): Request<undefined> {
  // RTM_SETLINK passes over the options of kind and master (do_setlink in net/core/rtnetlink.c).
  return { type: settings.info ? RTM_NEWLINK : RTM_SETLINK, flags: 0, body: linkBody(settings) };
}

/** The request that deletes a link, or at once all links of a group. */
export function deleteLink(key: LinkKey | { readonly group: number }): Request<undefined> {
  return { type: RTM_DELLINK, flags: 0, body: key };
}

/** The request that asks for one link. `extMask`: LinkExtension. */
export function getLink(key: LinkKey & { readonly extMask?: number | undefined }): Request<Link> {
  return { type: RTM_GETLINK, flags: 0, body: key };
}

/** Which links to list. */
export interface LinkFilter {
  /** Index of the bridge of which they are ports. */
  readonly master?: number | undefined;
  readonly kind?: string | undefined;
  /** LinkExtension. */
  readonly extMask?: number | undefined;
  /** AF_INET6: what only IPv6 knows of them. */
  readonly family?: number | undefined;
  /** Those of the namespace that has this id here. */
  readonly targetNetnsId?: number | undefined;
}

/** The request that lists links. */
export function listLinks({ kind, ...filter }: LinkFilter = {}): Listing<Link> {
  return { type: RTM_GETLINK, flags: 0, body: { ...filter, ...(kind !== undefined && { info: { kind } }) } };
}

/** The request that lists the ports of all bridges, as the bridge family describes them. */
export function listBridgePorts(): Listing<BridgePort> {
  return { type: RTM_GETLINK, flags: 0, body: { family: AF_BRIDGE } };
}

/** The request that gives a link further names, of up to 127 bytes. */
export function newAltNames(key: LinkKey, altNames: readonly string[]): Request<undefined> {
  const flags = NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND;
  return { type: RTM_NEWLINKPROP, flags, body: { ...key, altNames } };
}

/** The request that takes further names from a link. */
export function deleteAltNames(key: LinkKey, altNames: readonly string[]): Request<undefined> {
  return { type: RTM_DELLINKPROP, flags: 0, body: { ...key, altNames } };
}

/** Members that are undefined are as good as absent: copying all but some takes V8 several times as long. */
function linkBody(settings: LinkSettings): object {
  const { up, info } = settings;
  const body = info === undefined ? settings : { ...settings, info: infoBody(info) };
  return up === undefined ? body : Object.assign({}, body, { up: undefined, flags: up ? IFF_UP : 0, change: IFF_UP });
}

/** The other end of a veth is described as a link, too. */
function infoBody(info: LinkInfo): object {
  const peer = linkOptions({ info }, 'veth')?.peer;
  return peer ? { ...info, data: { peer: linkBody(peer) } } : info;
}
