import { newError } from '../errors/index.js';
import { formatIpv4, scanIpv4 } from './ipv4.js';
import { formatIpv6, type Ipv6, scanIpv6 } from './ipv6.js';

/** Which of the two kinds of address. */
export type Family = 4 | 6;

/** An address of either family. */
export type AnyAddress =
  | { readonly family: 4; readonly address: number }
  | { readonly family: 6; readonly address: Ipv6 };

/**
 * Reads an address of either family and returns it in the one way that it is written here (`FD00:0::2` is `fd00::2`), so
 * that equal addresses are equal texts. Throws EBADADDR.
 */
export function parseAnyAddress(text: string): string {
  const read = readAnyAddress(text);
  return read.family === 4 ? formatIpv4(read.address) : formatIpv6(read.address);
}

/** As `parseAnyAddress`, but as a number of its family. */
export function readAnyAddress(text: string): AnyAddress {
  const address = scanAnyAddress(text);
  if (address === undefined) {
    throw newError('EBADADDR', { value: text, kind: 'IP', form: 'one address, such as 172.17.0.2 or fd00::2' });
  }
  return address;
}

/** The family of an address, or of a subnet by what stands before its "/"; nothing if that is not an address. */
export function familyOf(text: string): Family | undefined {
  const slash = typeof text === 'string' ? text.indexOf('/') : -1;
  return scanAnyAddress(slash < 0 ? text : text.slice(0, slash))?.family;
}

function scanAnyAddress(text: string): AnyAddress | undefined {
  if (typeof text !== 'string') {
    return undefined;
  }
  if (text.includes(':')) {
    const address = scanIpv6(text);
    return address === undefined ? undefined : { family: 6, address };
  }
  const address = scanIpv4(text, text.length);
  return address < 0 ? undefined : { family: 4, address };
}
