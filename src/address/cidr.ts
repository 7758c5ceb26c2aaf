import { newError } from '../errors/index.js';
import { type Ipv4, scanIpv4 } from './ipv4.js';
import { type Ipv6, scanIpv6 } from './ipv6.js';
import { parseWhole } from './whole-number.js';

/** The two halves of `172.17.0.1/16` or `fd00::1/64`, as they are written. */
export interface Cidr<Address> {
  readonly address: Address;
  /** 0 to 32, or to 128. */
  readonly prefix: number;
}

/** How an error calls what it was given and the address in it, and a well-formed one to show. */
export interface CidrKind {
  readonly kind: string;
  readonly address: string;
  readonly example: string;
}

/** Reads ADDRESS/PREFIX of IPv4. Throws EBADCIDR. */
export function parseCidr(text: string, kind: CidrKind): Cidr<Ipv4> {
  const slash = findSlash(text, kind);
  const address = scanIpv4(text, slash);
  if (address < 0) {
    throw badAddress(text, kind);
  }
  return { address, prefix: readPrefix(text, slash, 32, kind) };
}

/** Reads ADDRESS/PREFIX of IPv6. Throws EBADCIDR. */
export function parseCidr6(text: string, kind: CidrKind): Cidr<Ipv6> {
  const slash = findSlash(text, kind);
  const address = scanIpv6(text.slice(0, slash));
  if (address === undefined) {
    throw badAddress(text, kind);
  }
  return { address, prefix: readPrefix(text, slash, 128, kind) };
}

/** The error for text that is not what `kind` says, for the given reason. */
export function badCidr(text: string, { kind, example }: CidrKind, reason: string): Error {
  return newError('EBADCIDR', { value: text, kind, reason, example });
}

function badAddress(text: string, kind: CidrKind): Error {
  return badCidr(text, kind, `what stands before "/" is not ${kind.address}`);
}

function findSlash(text: string, kind: CidrKind): number {
  const slash = typeof text === 'string' ? text.indexOf('/') : -1;
  if (slash < 0) {
    throw badCidr(text, kind, 'it has no prefix length');
  }
  return slash;
}

function readPrefix(text: string, slash: number, max: number, kind: CidrKind): number {
  const prefix = parseWhole(text.slice(slash + 1), 0, max);
  if (prefix === undefined) {
    throw badCidr(text, kind, `the prefix length is not a number from 0 to ${max}`);
  }
  return prefix;
}
