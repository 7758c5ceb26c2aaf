import { hostnameProblem } from './hostname.js';
import { scanIpv4 } from './ipv4.js';

/** In characters, without the dot at the end: 255 bytes in a message (RFC 1035, section 2.3.4), lengths and root included. */
const maxLength = 253;

/**
 * Why nobody could have this name in the DNS or in a hosts file; nothing if somebody could. RFC 1123, section 2.1: what has the
 * form of an IPv4 address is one, and never looked up.
 */
export function domainNameProblem(text: string): string | undefined {
  const problem = hostnameProblem(text, maxLength);
  return problem ?? (scanIpv4(text, text.length) < 0 ? undefined : 'it is an address, not a name');
}
