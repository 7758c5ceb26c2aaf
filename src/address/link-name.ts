import { newError } from '../errors/index.js';
import { parseHostname } from './hostname.js';
import { shortId } from './id.js';
import { nameProblem } from './name.js';
import { parseReference } from './reference.js';

/** Longest id that is a host name too. */
const maxAlias = 63;

/**
 * Reads what Docker's `--link` takes: `NAME|ID` or `NAME|ID:ALIAS`. The alias, by default what stands before it, is a host name or
 * what could be the name of a sandbox. Throws EBADNAME, EBADOPTION.
 */
export function parseLinkName(text: string): { reference: string; alias: string } {
  const [reference = '', alias, ...more] = typeof text === 'string' ? text.split(':') : [text];
  if (more.length > 0) {
    throw badLink(text, 'it is neither NAME nor NAME:ALIAS');
  }
  parseReference(reference, 'sandbox');
  if (alias === undefined) {
    return { reference, alias: reference.length > maxAlias ? shortId(reference) : reference };
  }
  if (nameProblem(alias) !== undefined && !isHostname(alias)) {
    throw badLink(text, 'its alias is not a host name');
  }
  return { reference, alias };
}

function isHostname(text: string): boolean {
  try {
    return parseHostname(text) === text;
  } catch {
    return false;
  }
}

function badLink(text: string, reason: string): Error {
  return newError('EBADOPTION', { option: 'link', value: text, reason });
}
