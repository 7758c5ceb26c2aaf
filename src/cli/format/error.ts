import { type ErrorJson, NetplumbError } from '../../errors/index.js';
import type { Style } from './style.js';

/** The errors that one stands for. */
export function errorsIn(error: Error): Error[] {
  return error instanceof AggregateError ? error.errors.flatMap(errorsIn) : [error];
}

/** `netplumb: MESSAGE`, and the hint on the next line. What is no error of ours is a bug, and shows where it is. */
export function formatError(error: Error, style: Style): string {
  const isOurs = error instanceof NetplumbError;
  const message = isOurs ? error.message : `internal error: ${error.stack ?? error.message}`;
  const hint = isOurs ? error.hint : 'This is a bug in netplumb; please report it.';
  return `${style.red('netplumb:')} ${message}\n${hint === undefined ? '' : `${style.dim(hint)}\n`}`;
}

/** The same as data. */
export function errorToJson(error: Error): { readonly error: ErrorJson } {
  return { error: error instanceof NetplumbError ? error.toJSON() : { code: error.name, message: error.message } };
}
