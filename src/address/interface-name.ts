import { newError } from '../errors/index.js';

/** IFNAMSIZ without the final zero byte. */
const maxLength = 15;

// Kernel: dev_valid_name (net/core/dev.c) refuses the empty name, 16 bytes and more, ".", "..", "/", ":" and white space;
// sysctl_dev_name_is_allowed (net/ipv4/devinet.c) refuses the names of the directories beside the interfaces' own;
// "%" makes a name a pattern (dev_alloc_name). Ours: nothing but visible ASCII, so that a name looks the same everywhere.
const grammar = /^[!-~]+$/;
const special = new Set(['.', '..', 'all', 'default']);

/** Checks the name of an interface and returns it. Throws EBADIFNAME. */
export function parseInterfaceName(text: string): string {
  const problem = typeof text === 'string' ? problemOf(text) : 'it is not text';
  if (problem !== undefined) {
    throw newError('EBADIFNAME', { value: text, reason: problem });
  }
  return text;
}

function problemOf(text: string): string | undefined {
  if (text === '') {
    return 'it is empty';
  }
  if (text.length > maxLength) {
    return 'it is too long';
  }
  if (!grammar.test(text) || /[/:%]/.test(text)) {
    return 'it has a character that is not allowed';
  }
  return special.has(text) ? 'the kernel keeps it for itself' : undefined;
}
