import type { RootDatabase } from 'lmdb';
import { Unpackr } from 'msgpackr';
import { writeKey } from 'ordered-binary';
import { Packing } from './packing.js';
import type { Table } from './store.js';

/**
 * Bytes before each value: the sum over its key, as it stands in the file, and the value. Stays as it is whatever becomes
 * of the records: a file of a newer netplumb must not be taken for a damaged one.
 */
export const sealSize = 4;

/** Longer than LMDB's longest (1978 bytes), with room for writeKey to write ahead. */
const maxKeySize = 2048;

/** For what older versions have written. */
const unpackr = new Unpackr({ useRecords: false });

/** Before a number by itself: eight bytes of a double in MessagePack, which older versions understand. */
const float64 = 0xcb;

/** What is thrown when something is wrong with a table: also to those who go on without what they have asked for. */
export interface Refusals {
  /** For a record that was altered. */
  altered(reason: string): unknown;
  /** For what LMDB has thrown. */
  refused(cause: unknown): unknown;
}

/** A table, made if need be, in which no record is altered unnoticed. */
export function sealedTable<Value, Key extends string | [string, ...(string | number)[]]>(
  root: RootDatabase,
  name: string,
  refusals: Refusals,
): Table<Value, Key> {
  const records = root.openDB<Uint8Array, Key>({ name, cache: false, encoding: 'binary' });
  const packing = new Packing(sealSize);
  const number = new Uint8Array(sealSize + 9);
  const numberView = new DataView(number.buffer);
  number[sealSize] = float64;
  const keyBytes = Buffer.alloc(maxKeySize);
  const keyView = new DataView(keyBytes.buffer, keyBytes.byteOffset, keyBytes.length);
  const packNumber = (value: number): Uint8Array => {
    numberView.setFloat64(sealSize + 1, value);
    return number;
  };
  const sumOfKey = (key: Key): number => sumOf(keyView, 0, writeKey(key, keyBytes, 0), 0);
  const open = (key: Key, bytes: Uint8Array): Value => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length < sealSize || view.getInt32(0, true) !== sumOf(view, sealSize, bytes.length, sumOfKey(key))) {
      throw refusals.altered(`a record of its ${name} has been altered`);
    }
    switch (bytes[sealSize]) {
      case Packing.start:
        return packing.unpack(bytes, key) as Value;
      case float64:
        return view.getFloat64(sealSize + 1) as Value;
      default:
        return unpackr.unpack(bytes, { start: sealSize, end: bytes.length }) as Value;
    }
  };
  const asked = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (cause) {
      throw refusals.refused(cause);
    }
  };
  return {
    get(key) {
      const bytes = asked(() => records.getBinaryFast(key));
      return bytes === undefined ? undefined : open(key, bytes);
    },
    putSync(key, value) {
      const bytes = typeof value === 'number' ? packNumber(value) : packing.pack(value, key);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      view.setInt32(0, sumOf(view, sealSize, bytes.length, sumOfKey(key)), true);
      return asked(() => records.putSync(key, bytes));
    },
    removeSync: (key) => asked(() => records.removeSync(key)),
    getRange: (range) => records.getRange(range).map(({ key, value }) => ({ key, value: open(key, value) })),
    keys: (range) => records.getKeys(range),
    count: (range) => asked(() => records.getKeysCount(range)),
  };
}

/**
 * A sum over bytes `start` to before `end` that continues `seed`: 32 bits with a sign, for which V8 allocates nothing. Any
 * change within four neighbouring bytes alters it for certain, any other all but once in four thousand million times. It
 * is no protection against intent.
 */
export function sumOf(view: DataView, start: number, end: number, seed: number): number {
  let sum = seed ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    sum = Math.imul(sum ^ view.getInt32(at, true), 0x9e3779b1);
    sum ^= sum >>> 15;
  }
  for (; at < end; at++) {
    sum = Math.imul(sum ^ view.getUint8(at), 0x9e3779b1);
    sum ^= sum >>> 15;
  }
  return sum;
}
