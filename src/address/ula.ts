import { randomBytes } from 'node:crypto';
import type { Subnet6 } from './subnet6.js';

/**
 * A new /64 of unique local addresses: fd00::/8, a random global id of 40 bits and a random subnet id of 16 bits (RFC 4193,
 * section 3). Section 3.2.2's hash of clock and EUI-64 is only a sample; random bytes of the system serve its end better.
 */
export function newUlaSubnet(): Subnet6 {
  const network = BigInt(`0xfd${randomBytes(7).toString('hex')}`) << 64n;
  return { network, prefix: 64 };
}
