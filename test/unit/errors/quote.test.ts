import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeText, quote } from '../../../src/errors/quote.js';

const anyText = fc.string({ unit: 'binary', maxLength: 600 });
/** What a terminal shows as it is, with the plain space as the only white space. */
const visible = /^( |[^\p{C}\p{Z}])*$/u;

describe('quote', () => {
  test('keeps short text, readable by JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => {
        expect(JSON.parse(quote(text))).toBe(text);
      }),
    );
  });

  test('prints nothing that hides, moves or ends a line, and little', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(quote(text)).toMatch(visible);
        expect(escapeText(text)).toMatch(visible);
        expect(quote(text).length).toBeLessThan(6 * 256 + 40);
      }),
    );
  });

  test.each([
    ['web', '"web"'],
    ['two words', '"two words"'],
    ['a\nb\tc', '"a\\nb\\tc"'],
    ['\u001b[31mred', '"\\u001b[31mred"'],
    ['evil\u202etxt', '"evil\\u202etxt"'],
    ['zero\u200bwidth', '"zero\\u200bwidth"'],
    ['\ud800', '"\\ud800"'],
    ['say "hi" \\', '"say \\"hi\\" \\\\"'],
    ['café', '"café"'],
    ['x'.repeat(300), `"${'x'.repeat(256)}"… (300 characters)`],
    [7, '7'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ toString: () => 'secret' }, 'a value of type object'],
    [Symbol('secret'), 'a value of type symbol'],
  ])('%j', (value, text) => {
    expect(quote(value)).toBe(text);
  });

  test('a pair of surrogates cut in two is still printable', () => {
    expect(quote(`${'x'.repeat(255)}😀`)).toMatch(/x\\ud83d"… \(257 characters\)$/);
  });
});

test('escapeText leaves quotes alone', () => {
  expect(escapeText('a "b"\n')).toBe('a "b"\\n');
});
