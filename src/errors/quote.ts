/** Longest piece of text that a message repeats: room for any sane path, none for a flood. */
const maxLength = 256;

// Everything that does not show as itself on a terminal: control and format characters (bidirectional overrides, zero
// width), lone surrogates, unassigned and private characters, and every space except the plain one.
const invisible = /(?! )[\p{C}\p{Z}]/gu;
const invisibleOrQuote = /["\\]|(?! )[\p{C}\p{Z}]/gu;

/**
 * Text that came from outside, made safe to print: what does not show as itself is escaped as JSON escapes it, and what
 * is longer than 256 characters is cut, with its length behind it.
 */
export function escapeText(text: string): string {
  return shorten(text, escapeInvisible);
}

/** The same at any length: for results, which are never cut. */
export function escapeInvisible(text: string): string {
  return text.replace(invisible, escapeCharacter);
}

/**
 * A value from outside in double quotes, safe to print. Strings of up to 256 UTF-16 units come back by `JSON.parse`; longer
 * ones are cut, with their length behind the quotes. Numbers and the like are printed as they are, objects by type only.
 */
export function quote(value: unknown): string {
  if (typeof value === 'string') {
    return shorten(value, (part) => `"${part.replace(invisibleOrQuote, escapeCharacter)}"`);
  }
  const isPlain = value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean';
  return isPlain ? String(value) : `a value of type ${typeof value}`;
}

function shorten(text: string, print: (part: string) => string): string {
  if (text.length <= maxLength) {
    return print(text);
  }
  return `${print(text.slice(0, maxLength))}… (${text.length} characters)`;
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === '\\') {
    return `\\${character}`;
  }
  if (character === '\n') {
    return '\\n';
  }
  if (character === '\t') {
    return '\\t';
  }
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
