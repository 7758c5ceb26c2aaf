import { firstWord, smallNumbers, Tag, words } from './compact-format.js';

const wordNumbers: ReadonlyMap<string, number> = new Map(words.map((word, i) => [word, firstWord + i]));
const longestWord = Math.max(...words.map(({ length }) => length));

const idLength = 64;
/** Longest texts whose length is one byte, and the least that is worth the reference to a key. */
const longestAscii = 255;
const leastKeyStart = 4;
const leastParts = 20;
const macLength = 17;
const shortHexLength = 8;
const longestIpv4 = 15;
const zero = 48;
const nine = 57;
const lowerA = 97;
const lowerF = 102;

// Looking at each character ourselves takes twice as long while the code is new, as it is for the first hundreds of attaches.
const idPattern = /^[0-9a-f]{64}$/;
const macPattern = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const hexPattern = /^[0-9a-f]{8}$/;
const decimalPattern = /^(0|[1-9][0-9]*)$/;
const ipv4Pattern = /^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(?!$)|$)){4}$/;

/** A fresh buffer with `reserved` bytes for others and the value; `key`: see textOfKey. */
export type CompactWriter = (value: unknown, key: string, reserved: number) => Buffer;

/**
 * Writes values as compact-format.ts says: of JSON's kinds; properties that are undefined are left out. Throws TypeError for anything
 * else. Variables instead of members, for the sake of speed, as in the reader.
 */
export function compactWriter(): CompactWriter {
  let bytes = Buffer.alloc(4096);
  let at = 0;
  let key = '';
  /** The last that was written in parts. */
  let latest = { text: '', bytes: Buffer.alloc(0) };

  const putValue = (value: unknown): void => {
    if (typeof value === 'string') {
      putString(value);
    } else if (typeof value === 'number') {
      putNumber(value);
    } else if (value === true || value === false || value === null) {
      putByte(value === null ? Tag.null : value ? Tag.true : Tag.false);
    } else if (Array.isArray(value)) {
      putCount(value.length, Tag.list, Tag.longList);
      for (const item of value) {
        putValue(item);
      }
    } else if (typeof value === 'object') {
      putObject(value as Readonly<Record<string, unknown>>);
    } else {
      throw new TypeError(`a record cannot hold ${typeof value}`);
    }
  };

  const putObject = (value: Readonly<Record<string, unknown>>): void => {
    const names = Object.keys(value);
    let count = names.length;
    for (const name of names) {
      count -= value[name] === undefined ? 1 : 0;
    }
    putCount(count, Tag.object, Tag.longObject);
    for (const name of names) {
      const member = value[name];
      if (member !== undefined) {
        putString(name);
        putValue(member);
      }
    }
  };

  const putCount = (count: number, short: number, long: number): void => {
    if (count <= 255) {
      putByte(short);
      putByte(count);
    } else {
      putByte(long);
      reserve(4);
      at = bytes.writeUInt32LE(count, at);
    }
  };

  const putNumber = (value: number): void => {
    reserve(9);
    const isWhole = Number.isInteger(value) && value >= 0 && value < 2 ** 48 && !Object.is(value, -0);
    if (!isWhole) {
      putByte(Tag.float64);
      at = bytes.writeDoubleLE(value, at);
    } else if (value < smallNumbers) {
      putByte(value);
    } else if (value < 2 ** 16) {
      putByte(Tag.uint16);
      at = bytes.writeUInt16LE(value, at);
    } else if (value < 2 ** 32) {
      putByte(Tag.uint32);
      at = bytes.writeUInt32LE(value, at);
    } else {
      putByte(Tag.uint48);
      at = bytes.writeUIntLE(value, at, 6);
    }
  };

  const putString = (text: string): void => {
    const { length } = text;
    // To look a text up is to compute its hash.
    const word = length > longestWord ? undefined : wordNumbers.get(text);
    if (word !== undefined) {
      putByte(word);
      return;
    }
    if (length >= leastKeyStart && length <= longestAscii && key.startsWith(text)) {
      if (length === key.length) {
        putByte(Tag.key);
      } else {
        putByte(Tag.keyStart);
        putByte(length);
      }
      return;
    }
    // UTF-8 takes up to three bytes for each of UTF-16's units.
    reserve(3 * length + 2);
    if (!putSpecial(text, length) && !putAscii(text)) {
      putText(text);
    }
  };

  /** What is shorter than its characters. There is room for those. */
  const putSpecial = (text: string, length: number): boolean => {
    const first = text.charCodeAt(0);
    const isDigit = first >= zero && first <= nine;
    if (!isDigit && !(first >= lowerA && first <= lowerF)) {
      return false;
    }
    switch (length) {
      case idLength:
        return idPattern.test(text) && putHex(text, Tag.id);
      case macLength:
        return macPattern.test(text) && putHex(text.replaceAll(':', ''), Tag.mac);
      case shortHexLength:
        return hexPattern.test(text) && putHex(text, Tag.hex);
      default:
        return length <= longestIpv4 ? isDigit && (putDecimal(text) || putIpv4(text)) : putParts(text);
    }
  };

  const putHex = (digits: string, tag: number): true => {
    putByte(tag);
    if (tag === Tag.hex) {
      putByte(digits.length / 2);
    }
    at += bytes.write(digits, at, 'hex');
    return true;
  };

  const putDecimal = (text: string): boolean => {
    if (!decimalPattern.test(text) || Number(text) >= 2 ** 48) {
      return false;
    }
    putByte(Tag.decimal);
    putNumber(Number(text));
    return true;
  };

  const putIpv4 = (text: string): boolean => {
    if (!ipv4Pattern.test(text)) {
      return false;
    }
    putByte(Tag.ipv4);
    for (const part of text.split('.')) {
      putByte(Number(part));
    }
    return true;
  };

  /** An owner (owner.ts) is one: the same in all that a process writes. */
  const putParts = (text: string): boolean => {
    if (text === latest.text) {
      at += latest.bytes.copy(bytes, at);
      return true;
    }
    if (text.length < leastParts || text.length > longestAscii || !text.includes(':')) {
      return false;
    }
    const [start, outer] = [at, key];
    const parts = text.split(':');
    putByte(Tag.parts);
    putByte(parts.length);
    // Whatever the key is when it is written the next time.
    key = '';
    for (const part of parts) {
      putString(part);
    }
    key = outer;
    latest = { text, bytes: Buffer.from(bytes.subarray(start, at)) };
    return true;
  };

  /** There is room for its UTF-8, which has more bytes than characters unless all are ASCII. */
  const putAscii = (text: string): boolean => {
    const { length } = text;
    if (length > longestAscii || bytes.write(text, at + 2) !== length) {
      return false;
    }
    bytes[at] = Tag.ascii;
    bytes[at + 1] = length;
    at += 2 + length;
    return true;
  };

  const putText = (text: string): void => {
    reserve(5 + 2 * text.length);
    bytes[at++] = Tag.text;
    at = bytes.writeUInt32LE(text.length, at);
    at += bytes.write(text, at, 'utf16le');
  };

  const putByte = (value: number): void => {
    reserve(1);
    bytes[at++] = value;
  };

  const reserve = (size: number): void => {
    if (at + size > bytes.length) {
      const larger = Buffer.alloc(2 * (at + size));
      bytes.copy(larger, 0, 0, at);
      bytes = larger;
    }
  };

  return (value, keyText, reserved) => {
    key = keyText;
    at = reserved;
    putByte(Tag.start);
    putValue(value);
    const written = Buffer.allocUnsafe(at);
    bytes.copy(written, 0, 0, at);
    return written;
  };
}
