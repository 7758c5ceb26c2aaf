import { newError } from '../errors/index.js';

/**
 * Reads a label: KEY or KEY=VALUE, where the value is empty if left out and may be any text. Docker's grammar (ValidateLabel
 * in docker/cli `opts/opts.go`): there must be a key, white space before it does not count, and inside it is refused.
 * Throws EBADOPTION.
 */
export function parseLabel(text: string): [key: string, value: string] {
  if (typeof text !== 'string') {
    throw badLabel(text, 'it is not text');
  }
  const equals = text.indexOf('=');
  const key = (equals < 0 ? text : text.slice(0, equals)).trimStart();
  if (key === '') {
    throw badLabel(text, 'it has no key');
  }
  if (/\s/.test(key)) {
    throw badLabel(text, 'its key has white space in it');
  }
  return [key, equals < 0 ? '' : text.slice(equals + 1)];
}

function badLabel(text: string, reason: string): Error {
  return newError('EBADOPTION', { option: 'label', value: text, reason });
}
