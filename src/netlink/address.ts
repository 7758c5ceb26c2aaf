import { creationFlags, type IfExists, type Request } from './request.js';

export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;

export const AF_INET = 2;
export const AF_INET6 = 10;

/** An interface's address, as given and as listed. */
export interface Address {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  readonly prefixLength: number;
  /** Index of the interface. */
  readonly index: number;
  /** The prefix; the other end of a point-to-point link. IPv6 addresses have only this one. */
  readonly address?: string;
  /** The interface's own IPv4 address. */
  readonly local?: string;
  readonly broadcast?: string;
  /** RT_SCOPE_*: 0 global, 253 link, 254 host. */
  readonly scope?: number;
  readonly label?: string;
  /** IFA_F_*. */
  readonly flags?: number;
}

/** The request that gives an interface an address. */
export function newAddress(address: Address, ifExists: IfExists = 'fail'): Request {
  return { type: RTM_NEWADDR, flags: creationFlags(ifExists), body: address };
}

/** The request that takes an address from an interface. */
export function deleteAddress(address: Address): Request {
  return { type: RTM_DELADDR, flags: 0, body: address };
}

/** The request that lists addresses, of one family or one interface when given. */
export function listAddresses(filter: { readonly family?: number; readonly index?: number } = {}): Request {
  return { type: RTM_GETADDR, flags: 0, body: filter };
}
