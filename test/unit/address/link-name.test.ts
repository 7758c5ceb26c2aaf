import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLinkName } from '../../../src/address/index.js';
import { nearlyRight } from './arbitraries.js';

const id = '0123456789abcdef'.repeat(4);

describe('parseLinkName', () => {
  test.each([
    ['db', 'db', 'db'],
    ['db:database', 'db', 'database'],
    ['my_db', 'my_db', 'my_db'],
    ['db:my_db', 'db', 'my_db'],
    ['db:d', 'db', 'd'],
    ['a:db.example.org', 'a', 'db.example.org'],
    [id, id, '0123456789ab'],
    [`${id}:db`, id, 'db'],
  ])('reads %s', (text, reference, alias) => {
    expect(parseLinkName(text)).toEqual({ reference, alias });
  });

  test.each([
    ['', 'EBADNAME'],
    [':', 'EBADNAME'],
    [':db', 'EBADNAME'],
    ['-db', 'EBADNAME'],
    ['d b:c', 'EBADNAME'],
    ['db\n', 'EBADNAME'],
    ['dé', 'EBADNAME'],
    ['"db"', 'EBADNAME'],
    ['{db}', 'EBADNAME'],
    ['db:', 'EBADOPTION'],
    ['db:c:d', 'EBADOPTION'],
    ['db:c d', 'EBADOPTION'],
    ['db:c\n127.0.0.1 evil', 'EBADOPTION'],
    ['db:"c"', 'EBADOPTION'],
    ['db:-c', 'EBADOPTION'],
    [`db:${'c'.repeat(65)}`, 'EBADOPTION'],
    [undefined, 'EBADNAME'],
    [7, 'EBADNAME'],
  ])('refuses %j with %s', (text, code) => {
    expect(() => parseLinkName(text as string)).toThrow(expect.objectContaining({ code }));
  });

  test('returns nothing that is not made of the characters of names', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyRight, fc.string({ unit: 'binary' })), (text) => {
        try {
          const { reference, alias } = parseLinkName(text);
          expect(`${reference}${alias}`).toMatch(/^[a-zA-Z0-9_.-]+$/);
        } catch (error) {
          expect(['EBADNAME', 'EBADOPTION']).toContain((error as { code: string }).code);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
