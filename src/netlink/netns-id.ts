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

/**
 * The request that asks for another namespace's number: NSID_NONE when it has none. With `targetNsid`, for the number
 * by which that one knows it.
 */
export function getNetnsId(
  target: (NetnsIdTarget | { readonly nsid: number }) & { readonly targetNsid?: number | undefined },
): Request<NetnsId> {
  return { type: RTM_GETNSID, flags: 0, body: target };
}

/** The request that lists all numbers given out here, or by the namespace that has the number `targetNsid`. */
export function listNetnsIds(filter: { readonly targetNsid?: number | undefined } = {}): Listing<NetnsId> {
  return { type: RTM_GETNSID, flags: 0, body: filter };
}
