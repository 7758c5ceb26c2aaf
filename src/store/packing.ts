import { native } from '../netlink/native.js';

/** Bytes; longer than nearly all records. */
const usualSize = 4096;

/**
 * Values as bytes in the file of records, in the format of native/records/format.h. By way of JSON: V8 makes and reads that with code
 * that is compiled already, which matters to the first hundreds of attaches of a process.
 */
export class Packing {
  /** The first byte of a value in this format; no value of MessagePack begins so. */
  static readonly start = 0xc1;

  /** Bytes that are left free before a value. */
  readonly #reserved: number;
  #target = new Uint8Array(usualSize);

  constructor(reserved: number) {
    this.#reserved = reserved;
  }

  /** The reserved bytes and the value; the next call writes to the same memory. Throws TypeError for what JSON does not know. */
  pack(value: unknown, key: unknown): Uint8Array {
    const json: string | undefined = JSON.stringify(value);
    if (json === undefined) {
      throw new TypeError(`a record cannot hold ${typeof value}`);
    }
    const start = this.#reserved + 1;
    const text = textOfKey(key);
    let end = native().packJson(json, text, this.#target, start);
    if (end > this.#target.length) {
      this.#target = new Uint8Array(end);
      end = native().packJson(json, text, this.#target, start);
    }
    this.#target[this.#reserved] = Packing.start;
    // A Buffer's subarray takes several times as long.
    return new Uint8Array(this.#target.buffer, 0, end);
  }

  /** The value behind the reserved bytes. Throws RangeError when there is none. */
  unpack(bytes: Uint8Array, key: unknown): unknown {
    return JSON.parse(native().unpackJson(bytes, this.#reserved + 1, bytes.length, textOfKey(key)));
  }
}

/** What a record may repeat of its key. */
function textOfKey(key: unknown): string {
  const text: unknown = Array.isArray(key) ? key[0] : key;
  return typeof text === 'string' ? text : '';
}
