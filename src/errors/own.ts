import { catalog, type OwnCode } from './catalog.js';
import { type ErrorDetails, NetplumbError } from './netplumb-error.js';
import { fillTemplate, type TemplateValues } from './template.js';

type HintOf<Entry> = Entry extends { readonly hint: infer Hint extends string } ? Hint : '';

/** What the message and hint of a code need to know. */
export type ErrorValues<C extends OwnCode> =
  TemplateValues<`${(typeof catalog)[C]['message']}${HintOf<(typeof catalog)[C]>}`>;

/**
 * An error of netplumb's own, to be thrown: `throw newError('ENOSANDBOX', { sandbox: text })`. Message and hint are
 * catalog.ts's, filled in with `values`, which may come from outside as they are: they are quoted and cut to length.
 * A hint in `details` replaces the catalogue's.
 */
export function newError<C extends OwnCode>(
  code: C,
  values: ErrorValues<C>,
  details: ErrorDetails = {},
): NetplumbError {
  const entry: { message: string; hint?: string } = catalog[code];
  const hint = details.hint ?? (entry.hint && fillTemplate(entry.hint, values));
  const error = new NetplumbError(code, fillTemplate(entry.message, values), { ...details, hint });
  Error.captureStackTrace(error, newError);
  return error;
}
