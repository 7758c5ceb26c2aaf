import type { LinkInfo, VethInfo } from './link-info.js';
import { creationFlags, type IfExists, type Request } from './request.js';

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_SETLINK = 19;

/** Interface flags (linux/if.h). */
export const IFF_UP = 1 << 0;
export const IFF_LOOPBACK = 1 << 3;
export const IFF_LOWER_UP = 1 << 16;

/** How IPv6 makes the interface's own link-local address (linux/if_link.h, IN6_ADDR_GEN_MODE_*). */
export const AddrGenMode = { eui64: 0, none: 1, stablePrivacy: 2, random: 3 } as const;

/** Options of one address family on a link (IFLA_AF_SPEC). */
export interface LinkFamilySpec {
  readonly inet6?: { readonly addrGenMode?: number };
}

/** What can be asked of a link; also how a link made in the same request (a veth's peer) is described. */
export interface LinkSettings {
  /** The index it is to have in its namespace (a new link), or by which it is found (an existing one). */
  readonly index?: number | undefined;
  /** At most 15 bytes. Finds an existing link that has no `index` given; otherwise it is its new name. */
  readonly name?: string | undefined;
  /** Administrative state. A veth's peer cannot be made up: the kernel answers ENOTCONN. */
  readonly up?: boolean | undefined;
  /** Link-layer address: `02:42:ac:11:00:02`. */
  readonly address?: string | undefined;
  readonly mtu?: number | undefined;
  readonly txQueueLength?: number | undefined;
  /** Index of the bridge it becomes a port of; 0 releases it. */
  readonly master?: number | undefined;
  /** Index of the link below (macvlan, vxlan). */
  readonly link?: number | undefined;
  /** Free number by which links can be changed and deleted together. */
  readonly group?: number | undefined;
  /** Free text, at most 254 bytes. Not taken by the kernel in a request that creates. */
  readonly alias?: string | undefined;
  readonly netnsPid?: number | undefined;
  readonly netnsFd?: number | undefined;
  readonly numTxQueues?: number | undefined;
  readonly numRxQueues?: number | undefined;
  /** Not taken by the kernel in a request that creates. */
  readonly afSpec?: LinkFamilySpec | undefined;
  readonly info?: LinkInfo | undefined;
}

/** A link as the kernel describes it. */
export interface Link {
  readonly family: number;
  /** ARPHRD_* (linux/if_arp.h). */
  readonly type: number;
  readonly index: number;
  /** IFF_*. */
  readonly flags: number;
  readonly change: number;
  readonly name: string;
  readonly mtu: number;
  readonly address?: string;
  readonly broadcast?: string;
  readonly master?: number;
  readonly link?: number;
  readonly linkNetnsId?: number;
  readonly group?: number;
  readonly alias?: string;
  /** IF_OPER_* (linux/if.h): 6 is up. */
  readonly operState?: number;
  readonly carrier?: number;
  readonly txQueueLength?: number;
  readonly numTxQueues?: number;
  readonly numRxQueues?: number;
  readonly altNames?: readonly string[];
  readonly info?: LinkInfo;
}

/** How a link is found: by index (never given twice in a namespace's life) or by name. */
export type LinkKey = { readonly index: number } | { readonly name: string };

/** The request that creates a link, in the state that `settings` describes. */
export function newLink(settings: LinkSettings, ifExists: IfExists = 'fail'): Request {
  return { type: RTM_NEWLINK, flags: creationFlags(ifExists), body: linkBody(settings) };
}

/** The request that changes a link, found by index or else by name. */
export function setLink(settings: LinkKey & LinkSettings): Request {
  return { type: RTM_SETLINK, flags: 0, body: linkBody(settings) };
}

/** The request that deletes a link, or at once all links of a group. */
export function deleteLink(key: LinkKey | { readonly group: number }): Request {
  return { type: RTM_DELLINK, flags: 0, body: key };
}

/** The request that asks for one link. */
export function getLink(key: LinkKey): Request {
  return { type: RTM_GETLINK, flags: 0, body: key };
}

/** The request that lists links; only the ports of one bridge when `master` names it. */
export function listLinks(filter: { readonly master?: number } = {}): Request {
  return { type: RTM_GETLINK, flags: 0, body: filter };
}

function linkBody({ up, info, ...attributes }: LinkSettings): object {
  return {
    ...attributes,
    ...(up === undefined ? undefined : { flags: up ? IFF_UP : 0, change: IFF_UP }),
    ...(info === undefined ? undefined : { info: infoBody(info) }),
  };
}

function infoBody(info: LinkInfo): object {
  const peer = info.kind === 'veth' ? (info as VethInfo).data?.peer : undefined;
  return peer ? { ...info, data: { peer: linkBody(peer) } } : info;
}
