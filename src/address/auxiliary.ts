import { newError } from '../errors/index.js';
import { parseAnyAddress } from './any-address.js';

/** Docker takes any name. Ours are visible ASCII, since messages show them as the role of an address. */
const name = /^[!-<>-~]{1,63}$/;

/**
 * Reads NAME=ADDRESS, an address of either family that something else than a sandbox has; it is returned normalised. Throws
 * EBADOPTION, and EBADADDR for what follows "=".
 */
export function parseAuxiliary(text: string): [name: string, address: string] {
  const equals = typeof text === 'string' ? text.indexOf('=') : -1;
  if (equals < 0) {
    throw badAuxiliary(text, 'it is not NAME=ADDRESS');
  }
  const key = text.slice(0, equals);
  if (!name.test(key)) {
    throw badAuxiliary(text, 'its name is not 1 to 63 visible ASCII characters');
  }
  return [key, parseAnyAddress(text.slice(equals + 1))];
}

function badAuxiliary(text: string, reason: string): Error {
  return newError('EBADOPTION', { option: 'aux-address', value: text, reason });
}
