import { newError } from '../errors/index.js';
import { domainNameProblem } from './domain-name.js';

/**
 * Reads a further name of a sandbox in its network, and returns it in lower case: names are compared without regard to case
 * (RFC 4343). Throws EBADOPTION.
 */
export function parseNetworkAlias(text: string): string {
  const problem = domainNameProblem(text);
  if (problem !== undefined) {
    throw newError('EBADOPTION', { option: 'network-alias', value: text, reason: problem });
  }
  return text.toLowerCase();
}
