import { newError } from '../errors/index.js';

const dot = 46;
const zero = 48;

/** An IPv4 address as an unsigned 32-bit number: 172.17.0.2 is 0xac110002. */
export type Ipv4 = number;

/**
 * Reads a dotted quad: exactly four decimal numbers from 0 to 255, without leading zeros (which some readers take for
 * octal), short forms or spaces. Allocates nothing when it succeeds. Throws EBADADDR.
 */
export function parseIpv4(text: string): Ipv4 {
  const address = typeof text === 'string' ? scanIpv4(text, text.length) : -1;
  if (address < 0) {
    const form = 'four numbers from 0 to 255 without leading zeros, such as 172.17.0.2';
    throw newError('EBADADDR', { value: text, kind: 'IPv4', form });
  }
  return address;
}

/** The dotted quad of an address. */
export function formatIpv4(address: Ipv4): string {
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;
}

/**
 * Whether an address can be one host's: not 0.0.0.0/8 ("this network", RFC 1122), not loopback, not multicast and not the
 * limited broadcast address.
 */
export function isHostIpv4(address: Ipv4): boolean {
  const first = address >>> 24;
  return first !== 0 && first !== 127 && (first < 224 || first > 239) && address !== 0xffffffff;
}

/** Reads the dotted quad in the first `end` characters of `text`; -1 if they are not one. */
export function scanIpv4(text: string, end: number): Ipv4 | -1 {
  let address = 0;
  let byte = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === dot) {
      if (digits === 0) {
        return -1;
      }
      dots++;
      address = address * 256 + byte;
      byte = 0;
      digits = 0;
      continue;
    }
    const digit = code - zero;
    const isLeadingZero = digits > 0 && byte === 0;
    byte = byte * 10 + digit;
    if (digit < 0 || digit > 9 || isLeadingZero || byte > 255) {
      return -1;
    }
    digits++;
  }
  return dots === 3 && digits > 0 ? address * 256 + byte : -1;
}
