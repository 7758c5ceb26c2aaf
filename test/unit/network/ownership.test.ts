import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newId } from '../../../src/address/index.js';
import { formatMark, isMarkOf, parseMark } from '../../../src/network/index.js';

const kind = fc.constantFrom('network' as const, 'sandbox' as const);
/** Docker's grammar of names, up to the longest. */
const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,62}$/);
const id = '4f2a9c01b3d7'.padEnd(64, '0');
/** What realpath may return: anything without a NUL, of any length. */
const directory = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: 'grapheme-ascii', maxLength: 400 }))
  .map((text) => `/${text.replaceAll('\0', '')}`);

describe('marks', () => {
  test('say whose a link is, in words that people can read', () => {
    expect(formatMark({ kind: 'sandbox', id, name: 'web' }, '/run/netplumb')).toBe(
      `netplumb sandbox ${id} web /run/netplumb`,
    );
  });

  test('come back as they were written', () => {
    fc.assert(
      fc.property(kind, name, directory, (kind, name, directory) => {
        const own = { kind, id: newId(), name };
        const mark = parseMark(formatMark(own, directory));
        expect(mark).toMatchObject(own);
        expect(mark && isMarkOf(mark, directory)).toBe(true);
      }),
    );
  });

  test('fit into an alias, whatever the directory: 254 bytes', () => {
    fc.assert(
      fc.property(kind, name, directory, (kind, name, directory) => {
        expect(Buffer.byteLength(formatMark({ kind, id, name }, directory))).toBeLessThanOrEqual(254);
      }),
    );
  });

  test('tell directories apart that begin alike, however long', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 400 }),
        fc.string({ minLength: 1 }),
        fc.string({ minLength: 1 }),
        (length, one, other) => {
          fc.pre(one !== other);
          const beginning = `/${'d'.repeat(length)}/`;
          const mark = parseMark(formatMark({ kind: 'network', id, name: 'web' }, `${beginning}${one}`));
          expect(mark && isMarkOf(mark, `${beginning}${other}`)).toBe(false);
        },
      ),
    );
  });

  test.each([
    undefined,
    '',
    'uplink to the office',
    'netplumb',
    'netplumb sandbox',
    `netplumb sandbox ${id}`,
    `netplumb sandbox ${id} web`,
    `netplumb sandbox ${id} web run/netplumb`,
    `netplumb sandbox ${id.toUpperCase()} web /run/netplumb`,
    `netplumb sandbox ${id.slice(1)} web /run/netplumb`,
    `netplumb sandbox ${id} a b /run/netplumb`,
    `netplumb bridge ${id} web /run/netplumb`,
    ` netplumb sandbox ${id} web /run/netplumb`,
    `not netplumb sandbox ${id} web /run/netplumb`,
  ])('are not read into the alias %j of somebody else', (alias) => {
    expect(parseMark(alias)).toBeUndefined();
  });
});
