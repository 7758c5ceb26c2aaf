import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from '../../../src/errors/index.js';

const words = ['bridge', 'bip', 'mtu', 'default-gateway'];

test.each([
  ['bridg', 'bridge'],
  ['brigde', 'bridge'],
  ['BRIDGE', 'bridge'],
  ['bpi', undefined],
  ['bi', 'bip'],
  ['mtus', 'mtu'],
  ['defaultgateway', 'default-gateway'],
  ['default_gateway', 'default-gateway'],
  ['dns', undefined],
  ['', undefined],
  ['registry-mirrors', undefined],
])('%s was meant to be %s', (text, word) => {
  expect(nearest(text, words)).toBe(word);
});

test('a word is nearest to itself, and one letter away it still is', () => {
  fc.assert(
    fc.property(fc.constantFrom(...words), fc.nat(), (word, place) => {
      expect(nearest(word, words)).toBe(word);
      const i = place % word.length;
      expect(nearest(word.slice(0, i) + word.slice(i + 1), words)).toBe(word);
    }),
  );
});
