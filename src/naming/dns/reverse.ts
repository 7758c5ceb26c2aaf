import { formatIpv6 } from '../../address/index.js';

const ipv4Zone = '.in-addr.arpa';
const ipv6Zone = '.ip6.arpa';

/** A number of a dotted quad: no leading zeros, which would make two names of one. */
const byte = /^(0|[1-9]\d{0,2})$/;
/** 32 hexadecimal digits, a dot behind each. */
const nibbles = /^([0-9a-f]\.){31}[0-9a-f]$/;

/**
 * The address whose name is asked for (RFC 1035, section 3.5; RFC 3596, section 2.5), in the one way that addresses are written
 * here; nothing for another name, or for that of a whole zone. `name` is in lower case, without a dot at its end.
 */
export function addressOfReverse(name: string): string | undefined {
  if (name.endsWith(ipv4Zone)) {
    const bytes = name.slice(0, -ipv4Zone.length).split('.');
    const isAddress = bytes.length === 4 && bytes.every((text) => byte.test(text) && Number(text) < 256);
    return isAddress ? bytes.reverse().join('.') : undefined;
  }
  if (name.endsWith(ipv6Zone)) {
    const digits = name.slice(0, -ipv6Zone.length);
    return nibbles.test(digits) ? formatIpv6(BigInt(`0x${digits.split('.').reverse().join('')}`)) : undefined;
  }
  return undefined;
}
