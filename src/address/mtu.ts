import { newError } from '../errors/index.js';
import { parseWhole } from './whole-number.js';

/** ETH_MIN_MTU and ETH_MAX_MTU (include/uapi/linux/if_ether.h). */
const min = 68;
const max = 65535;

/** Reads an MTU in bytes: 68 to 65535. Throws EBADMTU. */
export function parseMtu(value: string | number): number {
  const mtu = parseWhole(value, min, max);
  if (mtu === undefined) {
    throw newError('EBADMTU', { value });
  }
  return mtu;
}
