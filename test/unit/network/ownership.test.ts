import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newId, shortId } from '../../../src/address/index.js';
import { formatMark, isMarkOf, parseMark } from '../../../src/network/index.js';

const kind = fc.constantFrom('network' as const, 'sandbox' as const);
/** What realpath may return: anything without a NUL, of any length. */
const directory = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: 'grapheme-ascii', maxLength: 400 }))
  .map((text) => `/${text.replaceAll('\0', '')}`);

describe('marks', () => {
  test('say whose a link is, in words that people can read', () => {
    expect(formatMark('sandbox', '4f2a9c01b3d7'.padEnd(64, '0'), '/run/netplumb')).toBe(
      'netplumb sandbox 4f2a9c01b3d7 /run/netplumb',
    );
  });

  test('come back as they were written', () => {
    fc.assert(
      fc.property(kind, directory, (kind, directory) => {
        const id = newId();
        const mark = parseMark(formatMark(kind, id, directory));
        expect(mark).toMatchObject({ kind, id: shortId(id) });
        expect(mark && isMarkOf(mark, directory)).toBe(true);
      }),
    );
  });

  test('fit into an alias, whatever the directory: 254 bytes', () => {
    fc.assert(
      fc.property(kind, directory, (kind, directory) => {
        expect(Buffer.byteLength(formatMark(kind, newId(), directory))).toBeLessThanOrEqual(254);
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
          const mark = parseMark(formatMark('network', newId(), `${beginning}${one}`));
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
    'netplumb sandbox 4f2a9c01b3d7',
    'netplumb sandbox 4f2a9c01b3d7 run/netplumb',
    'netplumb sandbox 4F2A9C01B3D7 /run/netplumb',
    'netplumb sandbox 4f2a9c01b3d /run/netplumb',
    'netplumb bridge 4f2a9c01b3d7 /run/netplumb',
    ' netplumb sandbox 4f2a9c01b3d7 /run/netplumb',
    'not netplumb sandbox 4f2a9c01b3d7 /run/netplumb',
  ])('are not read into the alias %j of somebody else', (alias) => {
    expect(parseMark(alias)).toBeUndefined();
  });
});
