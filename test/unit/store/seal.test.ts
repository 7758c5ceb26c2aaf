import fc from 'fast-check';
import { open } from 'lmdb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sealedTable, sumOf } from '../../../src/store/seal.js';
import { asThrown } from '../../support/refusals.js';
import { temporaryDirectory } from '../../support/store.js';

/** A sealed table, and the same records as they stand in the file. */
function table() {
  const directory = temporaryDirectory();
  const root = open({ path: `${directory}/state.mdb`, noSync: true, maxDbs: 4 });
  onTestFinished(() => root.close());
  const sealed = sealedTable<unknown, string | [string, string | number]>(root, 'leases', asThrown);
  return { root, sealed, raw: root.openDB<Buffer>({ name: 'leases', encoding: 'binary' }) };
}

const key = fc.oneof(
  fc.stringMatching(/^[!-~]{1,60}$/),
  fc.tuple(
    fc.stringMatching(/^[0-9a-f]{64}(\/[0-9])?$/),
    fc.oneof(fc.maxSafeNat(), fc.stringMatching(/^[0-9a-f]{32}$/)),
  ),
);

describe('a sealed table', () => {
  test('gives back what it was given, by key and by range', () => {
    const { root, sealed } = table();
    fc.assert(
      fc.property(key, fc.jsonValue(), (key, value) => {
        root.transactionSync(() => {
          sealed.putSync(key, value);
          expect(sealed.get(key)).toEqual(value);
        });
        expect(sealed.get(key)).toEqual(value);
        expect([...sealed.getRange({ start: key, limit: 1 })]).toEqual([{ key, value }]);
        expect([...sealed.keys({ start: key, limit: 1 })]).toEqual([key]);
        sealed.removeSync(key);
        expect(sealed.get(key)).toBeUndefined();
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test('notices any bit that was altered, any byte that is missing, and the record of another key', () => {
    const { sealed, raw } = table();
    const refusal = new Error('a record of its leases has been altered');
    sealed.putSync('a', { sandbox: '4f2a9c01b3d7' });
    const whole = Buffer.from(raw.get('a') as Buffer);
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const altered = Buffer.from(whole);
      altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
      raw.putSync('a', altered);
      expect(() => sealed.get('a')).toThrow(refusal);
      expect(() => [...sealed.getRange({})]).toThrow(refusal);
    }
    for (let size = 0; size < whole.length; size++) {
      raw.putSync('a', whole.subarray(0, size));
      expect(() => sealed.get('a')).toThrow(refusal);
    }
    raw.putSync('b', whole);
    expect(() => sealed.get('b')).toThrow(refusal);
  });
});

test('the sum of bytes does not depend on where they stand', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(9), (bytes, offset) => {
      const moved = new DataView(Uint8Array.from([...new Array(offset).fill(1), ...bytes, 2]).buffer);
      const here = new DataView(bytes.slice().buffer);
      expect(sumOf(moved, offset, offset + bytes.length, 5)).toBe(sumOf(here, 0, bytes.length, 5));
    }),
    { seed: 7 },
  );
  // What stands in files is not to change.
  const text = Uint8Array.from(Buffer.from('netplumb!'));
  expect(sumOf(new DataView(text.buffer), 0, text.length, 0)).toBe(2831256186 | 0);
});
