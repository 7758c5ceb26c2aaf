import { newError } from '../errors/index.js';
import type { Ipv4 } from './ipv4.js';
import { formatIpv6 } from './ipv6.js';

/** Six bytes, all with the same separator. */
const grammar = /^[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}$/i;

/**
 * Reads a MAC address that an interface can have and returns it as `02:42:ac:11:00:02`. Upper case and "-" are accepted, as
 * by Docker. Throws EBADMAC, also for multicast and all zeros, which the kernel refuses (is_valid_ether_addr).
 */
export function parseMac(text: string): string {
  if (typeof text !== 'string' || !grammar.test(text)) {
    throw newError('EBADMAC', { value: text, reason: 'it is not six hexadecimal bytes' });
  }
  const mac = text.toLowerCase().replaceAll('-', ':');
  if (Number.parseInt(mac, 16) & 1) {
    throw newError('EBADMAC', { value: text, reason: 'it is a multicast address' });
  }
  if (mac === '00:00:00:00:00:00') {
    throw newError('EBADMAC', { value: text, reason: 'it is all zeros' });
  }
  return mac;
}

/** The MAC address that goes with an IPv4 address, as Docker derives it: 02:42 (locally administered), then its four bytes. */
export function macFromIpv4(address: Ipv4): string {
  return `02:42${byteText(address >>> 24)}${byteText(address >>> 16)}${byteText(address >>> 8)}${byteText(address)}`;
}

/** The link-local address that the kernel makes of a MAC address (addrconf_ifid_eui48 in net/ipv6/addrconf.c; RFC 4291, appendix A). */
export function linkLocalFromMac(mac: string): string {
  const bytes = BigInt(`0x${mac.replaceAll(':', '')}`);
  const universal = bytes ^ (2n << 40n);
  const identifier = ((universal >> 24n) << 40n) | (0xfffen << 24n) | (universal & 0xffffffn);
  return formatIpv6((0xfe80n << 112n) | identifier);
}

const byteTexts = Array.from({ length: 256 }, (_, byte) => `:${byte.toString(16).padStart(2, '0')}`);

function byteText(number: number): string {
  return byteTexts[number & 0xff] as string;
}
