import { creationFlags, type IfExists, type Listing, type Request } from './request.js';

export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;

/** IFA_F_* (linux/if_addr.h). `secondary` is called temporary for IPv6. */
export const AddressFlag = {
  secondary: 0x01,
  noDad: 0x02,
  optimistic: 0x04,
  dadFailed: 0x08,
  homeAddress: 0x10,
  deprecated: 0x20,
  tentative: 0x40,
  permanent: 0x80,
  manageTempAddr: 0x100,
  noPrefixRoute: 0x200,
  multicastAutoJoin: 0x400,
  stablePrivacy: 0x800,
} as const;

/** IFAPROT_* (linux/if_addr.h): who made an address. */
export const AddressProtocol = { unspecified: 0, loopback: 1, routerAdvertisement: 2, linkLocal: 3 } as const;

/** A lifetime without end, in seconds (net/addrconf.h, INFINITY_LIFE_TIME). */
export const LIFETIME_FOREVER = 0xffffffff;

/** An interface's address, as given and as listed. */
export interface Address {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  readonly prefixLength: number;
  /** Index of the interface. */
  readonly index: number;
  /** The interface's own. Listings of IPv6 have it only where there is a peer. */
  readonly local?: string;
  /** The prefix; the other end of a point-to-point link. Listings of IPv6 have the interface's own address here. */
  readonly address?: string;
  readonly broadcast?: string;
  readonly anycast?: string;
  /** RouteScope. */
  readonly scope?: number;
  /** IPv4: the interface's name, or one that begins with it and a colon. */
  readonly label?: string;
  /** AddressFlag. */
  readonly flags?: number;
  readonly cacheInfo?: AddressLifetimes;
  /** The metric of the route to the prefix that comes with the address. */
  readonly routePriority?: number;
  /** AddressProtocol. */
  readonly protocol?: number;
  /** In listings of another namespace: its id here. */
  readonly targetNetnsId?: number;
}

/** Seconds; `created` and `updated`, which only the kernel sets, in hundredths of a second since boot. */
export interface AddressLifetimes {
  readonly preferred: number;
  readonly valid: number;
  readonly created?: number;
  readonly updated?: number;
}

/** The request that gives an interface an address: `local` is enough for either family. */
export function newAddress(address: Address, ifExists: IfExists = 'fail'): Request<undefined> {
  return { type: RTM_NEWADDR, flags: creationFlags(ifExists), body: address };
}

/** The request that takes an address from an interface. */
export function deleteAddress(address: Address): Request<undefined> {
  return { type: RTM_DELADDR, flags: 0, body: address };
}

/** Which addresses to list; `targetNetnsId`: of the namespace that has this id here. */
export interface AddressFilter {
  readonly family?: number | undefined;
  readonly index?: number | undefined;
  readonly targetNetnsId?: number | undefined;
}

/** The request that lists addresses. */
export function listAddresses(filter: AddressFilter = {}): Listing<Address> {
  return { type: RTM_GETADDR, flags: 0, body: filter };
}
