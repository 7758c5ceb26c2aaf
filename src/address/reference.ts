import { type Named, nameProblem, parseName } from './name.js';

/**
 * What someone wrote to mean a sandbox or network: its name, its id or the beginning of its id. Text that could be either
 * has both fields; a name counts before an id prefix.
 */
export interface Reference {
  readonly text: string;
  readonly name?: string;
  /** 1 to 64 hexadecimal characters. */
  readonly idPrefix?: string;
}

const idPrefixGrammar = /^[0-9a-f]{1,64}$/;

/** Reads a reference. Throws EBADNAME for text that is neither a name nor the beginning of an id. */
export function parseReference(text: string, kind: Named): Reference {
  // What is no reference is no name either, and parseName knows why.
  return readReference(text) ?? { text, name: parseName(text, kind) };
}

/** As `parseReference`, but nothing instead of an error. */
export function readReference(text: string): Reference | undefined {
  const isName = nameProblem(text) === undefined;
  const isIdPrefix = typeof text === 'string' && idPrefixGrammar.test(text);
  return isName || isIdPrefix
    ? { text, ...(isName && { name: text }), ...(isIdPrefix && { idPrefix: text }) }
    : undefined;
}
