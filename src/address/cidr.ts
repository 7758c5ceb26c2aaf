import { newError } from '../errors/index.js';
import { type Ipv4, scanIpv4 } from './ipv4.js';
import { parseWhole } from './whole-number.js';

/** The two halves of `172.17.0.1/16`, as they are written. */
export interface Cidr {
  readonly address: Ipv4;
  /** 0 to 32. */
  readonly prefix: number;
}

/** How an error calls what it was given, and a well-formed one to show. */
export interface CidrKind {
  readonly kind: string;
  readonly example: string;
}

/** Reads ADDRESS/PREFIX. Throws EBADCIDR. */
export function parseCidr(text: string, kind: CidrKind): Cidr {
  const slash = typeof text === 'string' ? text.indexOf('/') : -1;
  if (slash < 0) {
    throw badCidr(text, kind, 'it has no prefix length');
  }
  const address = scanIpv4(text, slash);
  if (address < 0) {
    throw badCidr(text, kind, 'what stands before "/" is not an IPv4 address');
  }
  const prefix = parseWhole(text.slice(slash + 1), 0, 32);
  if (prefix === undefined) {
    throw badCidr(text, kind, 'the prefix length is not a number from 0 to 32');
  }
  return { address, prefix };
}

/** The error for text that is not what `kind` says, for the given reason. */
export function badCidr(text: string, { kind, example }: CidrKind, reason: string): Error {
  return newError('EBADCIDR', { value: text, kind, reason, example });
}
