import type { Listing, Request } from './request.js';

export const RTM_NEWNSID = 88;
export const RTM_DELNSID = 89;
export const RTM_GETNSID = 90;

/** In a request: the kernel chooses. In an answer: none was given out (NETNSA_NSID_NOT_ASSIGNED). */
export const NSID_NONE = -1;

/**
 * The number by which one network namespace knows another, for example as `linkNetnsId` of a veth whose peer is there.
 */
export interface NetnsId {
  /** AF_UNSPEC. */
  readonly family: number;
  readonly nsid: number;
  /** In answers that were asked for with `targetNsid`: the number of the same namespace here. */
  readonly currentNsid?: number;
}

/** The other namespace, by process or by descriptor of this process. */
export type NetnsIdTarget = { readonly pid: number } | { readonly fd: number };

/** The request that gives another namespace a number here. Refused with EEXIST when it has one. */
export function newNetnsId(target: NetnsIdTarget & { readonly nsid?: number | undefined }): Request<undefined> {
  return { type: RTM_NEWNSID, flags: 0, body: { nsid: NSID_NONE, ...target } };
}

/** Whose number is asked for, or by which number: as seen from the namespace that has the number `targetNsid` here. */
export type NetnsIdKey = (NetnsIdTarget | { readonly nsid: number }) & NetnsIdFilter;

/** By whom the numbers were given out: the namespace that has the number `targetNsid` here; absent: this one. */
export interface NetnsIdFilter {
  readonly targetNsid?: number | undefined;
}

/** The request that asks for another namespace's number: NSID_NONE when it has none. */
export function getNetnsId(key: NetnsIdKey): Request<NetnsId> {
  return { type: RTM_GETNSID, flags: 0, body: key };
}

/** The request that lists the numbers given out. */
export function listNetnsIds(filter: NetnsIdFilter = {}): Listing<NetnsId> {
  return { type: RTM_GETNSID, flags: 0, body: filter };
}
