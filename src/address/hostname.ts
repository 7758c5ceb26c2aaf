import { newError } from '../errors/index.js';

/** __NEW_UTS_LEN (include/uapi/linux/utsname.h): what sethostname takes. */
const maxLength = 64;

/** RFC 952 with RFC 1123, section 2.1. */
const label = /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const maxLabelLength = 63;

/** Checks a host name, with or without a domain, and returns it. Throws EBADHOSTNAME. */
export function parseHostname(text: string): string {
  const problem = hostnameProblem(text, maxLength);
  if (problem !== undefined) {
    throw newError('EBADHOSTNAME', { value: text, reason: problem });
  }
  return text;
}

/** Why this is not a host name of at most `longest` characters; nothing if it is one. */
export function hostnameProblem(text: string, longest: number): string | undefined {
  if (typeof text !== 'string') {
    return 'it is not text';
  }
  if (text.length > longest) {
    return 'it is too long';
  }
  const labels = text.split('.');
  if (labels.includes('')) {
    return text === '' ? 'it is empty' : 'it has an empty label';
  }
  if (labels.some((part) => part.length > maxLabelLength)) {
    return 'it has a label of more than 63 characters';
  }
  return labels.every((part) => label.test(part)) ? undefined : 'it has a character that is not allowed there';
}
