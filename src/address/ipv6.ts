import { newError } from '../errors/index.js';
import { formatIpv4, scanIpv4 } from './ipv4.js';

/** An IPv6 address as an unsigned 128-bit integer: ::1 is 1n. */
export type Ipv6 = bigint;

/** Groups of 16 bits in an address. */
const groupCount = 8;

/** INET6_ADDRSTRLEN without the final zero byte: six full groups and an embedded IPv4 address. */
const maxLength = 45;

const group = /^[0-9a-f]{1,4}$/i;

/**
 * Reads an IPv6 address in any of the forms of RFC 4291, section 2.2: with or without `::`, upper or lower case, and with
 * its last 32 bits as a dotted quad. Zone ids are refused: they mean something on one machine only. Throws EBADADDR.
 */
export function parseIpv6(text: string): Ipv6 {
  const address = typeof text === 'string' ? scanIpv6(text) : undefined;
  if (address === undefined) {
    const form = 'up to eight groups of one to four hexadecimal digits without a zone, such as fd00::2';
    throw newError('EBADADDR', { value: text, kind: 'IPv6', form });
  }
  return address;
}

/**
 * The one text of an address that RFC 5952 recommends. Of the addresses with an embedded IPv4 address only the mapped ones
 * (`::ffff:172.17.0.2`) show it, as in Go and so in Docker.
 */
export function formatIpv6(address: Ipv6): string {
  if (isMapped(address)) {
    return `::ffff:${formatIpv4(Number(address & 0xffff_ffffn))}`;
  }
  const digits = address.toString(16).padStart(4 * groupCount, '0');
  const groups = Array.from({ length: groupCount }, (_, i) => Number.parseInt(digits.slice(4 * i, 4 * i + 4), 16));
  const { start, length } = longestZeroRun(groups);
  const texts = groups.map((value) => value.toString(16));
  return length < 2 ? texts.join(':') : `${texts.slice(0, start).join(':')}::${texts.slice(start + length).join(':')}`;
}

/**
 * Whether an address can be one host's: not unspecified, loopback or multicast, which the kernel refuses (ipv6_add_addr in
 * net/ipv6/addrconf.c), nor IPv4-mapped, whose packets it drops (ip6_rcv_core in net/ipv6/ip6_input.c).
 */
export function isHostIpv6(address: Ipv6): boolean {
  return address > 1n && address >> 120n !== 0xffn && !isMapped(address);
}

/** Reads an IPv6 address; nothing if the text is not one. */
export function scanIpv6(text: string): Ipv6 | undefined {
  if (text.length > maxLength) {
    return undefined;
  }
  const [before = '', after, ...more] = text.split('::');
  const head = readGroups(before, after === undefined);
  const tail = readGroups(after ?? '', true);
  if (more.length > 0 || head === undefined || tail === undefined) {
    return undefined;
  }
  const missing = groupCount - head.length - tail.length;
  // "::" stands for at least one group.
  if (after === undefined ? missing !== 0 : missing < 1) {
    return undefined;
  }
  return [...head, ...new Array<number>(missing).fill(0), ...tail].reduce(
    (address, value) => (address << 16n) | BigInt(value),
    0n,
  );
}

/** The groups that are written with ":" between them; a dotted quad, allowed where the address ends, makes two. */
function readGroups(text: string, endsAddress: boolean): number[] | undefined {
  const parts = text === '' ? [] : text.split(':');
  const quad = endsAddress && parts.at(-1)?.includes('.') ? parts.pop() : undefined;
  if (!parts.every((part) => group.test(part))) {
    return undefined;
  }
  const groups = parts.map((part) => Number.parseInt(part, 16));
  if (quad === undefined) {
    return groups;
  }
  const ipv4 = scanIpv4(quad, quad.length);
  return ipv4 < 0 ? undefined : [...groups, ipv4 >>> 16, ipv4 & 0xffff];
}

/** The longest run of zeros, the first of those of the same length (RFC 5952, section 4.2.3). */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((value, i) => {
    if (value !== 0) {
      start = i + 1;
    } else if (i + 1 - start > longest.length) {
      longest = { start, length: i + 1 - start };
    }
  });
  return longest;
}

/** Whether this is an IPv4 address in the dress of RFC 4291, section 2.5.5.2. */
function isMapped(address: Ipv6): boolean {
  return address >> 32n === 0xffffn;
}
