import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Source } from './source.js';

/** What is wrong where the text stops being JSON, by the parser's name for it. */
const problems: Readonly<Record<string, string>> = {
  InvalidNumberFormat: 'it is not a number',
  PropertyNameExpected: 'a key in double quotes is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: '":" is missing',
  CommaExpected: '"," is missing',
  CloseBraceExpected: '"}" is missing',
  CloseBracketExpected: '"]" is missing',
  EndOfFileExpected: 'something follows the end of the object',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'the closing quote is missing',
  UnexpectedEndOfNumber: 'it is not a number',
  InvalidUnicode: 'it has "\\u" without four hexadecimal digits',
  InvalidEscapeCharacter: 'it has a backslash before the wrong character',
  InvalidCharacter: 'it has a control character',
};

/** Reads the text as JSON: without comments and trailing commas, every value with its place. Throws EBADOPTION. */
export function parseJson(source: Source): Node {
  const errors: ParseError[] = [];
  const root = parse(source, errors);
  const [first] = errors;
  if (first || !root) {
    const name = first ? printParseErrorCode(first.error) : 'ValueExpected';
    throw source.problem(first?.offset ?? 0, `it is not JSON: ${problems[name] ?? 'this is nothing that JSON knows'}`);
  }
  return root;
}

function parse(source: Source, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(source.text, errors, { disallowComments: true });
  } catch (cause) {
    if (cause instanceof RangeError) {
      // The parser calls itself for each level.
      throw source.problem(0, 'it is nested too deeply', { cause });
    }
    throw cause;
  }
}
