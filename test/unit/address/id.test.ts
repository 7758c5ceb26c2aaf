import { describe, expect, test } from 'vitest';
import { newId, parseReference, shortId } from '../../../src/address/index.js';

const ids = Array.from({ length: 2000 }, newId);
const id = '3f2a9c01d4e5'.padEnd(64, '0');

describe('newId', () => {
  test('is 64 hexadecimal characters, each time others', () => {
    expect(ids.filter((each) => !/^[0-9a-f]{64}$/.test(each))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  // Without the rule, one in 280 would be: 2000 ids without one are a matter of one in a thousand.
  test('never has a number alone as its short form', () => {
    expect(ids.filter((each) => /^\d+$/.test(shortId(each)))).toEqual([]);
  });
});

test('shortId is the first twelve characters', () => {
  expect(shortId(id)).toBe('3f2a9c01d4e5');
});

describe('parseReference', () => {
  test.each([
    ['web', { name: 'web' }],
    ['cafe', { name: 'cafe', idPrefix: 'cafe' }],
    ['CAFE', { name: 'CAFE' }],
    ['c', { idPrefix: 'c' }],
    [id, { idPrefix: id }],
    [id.slice(0, 63), { name: id.slice(0, 63), idPrefix: id.slice(0, 63) }],
  ])('%s', (text, expected) => {
    expect(parseReference(text, 'sandbox')).toEqual({ text, ...expected });
  });

  test.each(['', 'w', 'a b', '../web', `${id}0`, 'web\n', undefined, 7, ['web']])('refuses %j', (value) => {
    expect(() => parseReference(value as unknown as string, 'sandbox')).toThrow(
      expect.objectContaining({ code: 'EBADNAME' }),
    );
  });
});
