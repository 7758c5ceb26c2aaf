import { newError } from '../errors/index.js';

/** What has a name of this grammar. */
export type Named = 'sandbox' | 'network' | 'namespace';

/** As long as a DNS label may be: names become host names and names in `/run/netns`. */
const maxLength = 63;

/** Docker's grammar (RestrictedNamePattern in daemon/names). */
const grammar = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** Checks the name of a sandbox or network and returns it. Throws EBADNAME. */
export function parseName(text: string, kind: Named): string {
  const problem = nameProblem(text);
  if (problem !== undefined) {
    throw newError('EBADNAME', { value: text, kind, reason: problem });
  }
  return text;
}

/** Why this is not a name; nothing if it is one. */
export function nameProblem(text: string): string | undefined {
  if (typeof text !== 'string') {
    return 'it is not text';
  }
  if (text.length > maxLength) {
    return 'it is too long';
  }
  if (text.length < 2) {
    return 'it is too short';
  }
  return grammar.test(text) ? undefined : 'it has a character that is not allowed there';
}
