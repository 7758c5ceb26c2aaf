import { newError } from '../errors/index.js';

/** IEEE Std 1003.1, section 8.1, with lower case, which is in use: what a shell can name. */
const grammar = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** In bytes, with the zero at its end: MAX_ARG_STRLEN (include/uapi/linux/binfmts.h) with pages of 4096; more fails in execve. */
const maxSize = 131_072;

/** Reads a variable of the environment, NAME=VALUE, where the value may be any text without a zero in it. Throws EBADOPTION. */
export function parseEnvironment(text: string): [name: string, value: string] {
  const equals = typeof text === 'string' ? text.indexOf('=') : -1;
  if (equals < 0) {
    throw badVariable(text, 'it is not NAME=VALUE');
  }
  const name = text.slice(0, equals);
  if (!grammar.test(name)) {
    throw badVariable(text, 'its name is not made of letters, digits and "_", or begins with a digit');
  }
  if (text.includes('\0')) {
    throw badVariable(text, 'it has a zero byte in it');
  }
  if (Buffer.byteLength(text) >= maxSize) {
    throw badVariable(text, 'it is too long');
  }
  return [name, text.slice(equals + 1)];
}

function badVariable(text: string, reason: string): Error {
  return newError('EBADOPTION', { option: 'env', value: text, reason });
}
