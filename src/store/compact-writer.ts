import { firstWord, smallNumbers, Tag, words } from './compact-format.js';

const wordNumbers: ReadonlyMap<string, number> = new Map(words.map((word, i) => [word, firstWord + i]));

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
const dot = 46;
const colon = 58;

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
    const word = wordNumbers.get(text);
    if (word !== undefined) {
      putByte(word);
      return;
    }
    const { length } = text;
    if (length >= leastKeyStart && length <= longestAscii && key.startsWith(text)) {
      if (length === key.length) {
        putByte(Tag.key);
      } else {
        putByte(Tag.keyStart);
        putByte(length);
      }
      return;
    }
    reserve(length + 2);
    if (!putSpecial(text, length) && !putAscii(text)) {
      putText(text);
    }
  };

  /** What is shorter than its characters. There is room for those. */
  const putSpecial = (text: string, length: number): boolean => {
    const first = text.charCodeAt(0);
    if (hexValue(first) < 0) {
      return false;
    }
    switch (length) {
      case idLength:
        return putHex(text, Tag.id);
      case macLength:
        return putMac(text) || putAscii(text);
      case shortHexLength:
        return putHex(text, Tag.hex);
      default:
        return length <= longestIpv4 ? putDecimal(text) || putIpv4(text) : putParts(text);
    }
  };

  const putHex = (text: string, tag: number): boolean => {
    for (let i = 0; i < text.length; i++) {
      if (hexValue(text.charCodeAt(i)) < 0) {
        return false;
      }
    }
    putByte(tag);
    if (tag === Tag.hex) {
      putByte(text.length / 2);
    }
    at += bytes.write(text, at, 'hex');
    return true;
  };

  const putDecimal = (text: string): boolean => {
    let value = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < zero || code > nine || (value === 0 && i > 0)) {
        return false;
      }
      value = 10 * value + code - zero;
    }
    if (value >= 2 ** 48) {
      return false;
    }
    putByte(Tag.decimal);
    putNumber(value);
    return true;
  };

  /** An owner (owner.ts) is one. */
  const putParts = (text: string): boolean => {
    if (text.length < leastParts || text.length > longestAscii || !text.includes(':')) {
      return false;
    }
    const parts = text.split(':');
    putByte(Tag.parts);
    putByte(parts.length);
    for (const part of parts) {
      putString(part);
    }
    return true;
  };

  /** Six pairs of lower-case digits. */
  const putMac = (text: string): boolean => {
    const start = at;
    bytes[at++] = Tag.mac;
    for (let i = 0; i < 17; i += 3) {
      const [high, low] = [hexValue(text.charCodeAt(i)), hexValue(text.charCodeAt(i + 1))];
      if (high < 0 || low < 0 || (i < 15 && text.charCodeAt(i + 2) !== colon)) {
        at = start;
        return false;
      }
      bytes[at++] = 16 * high + low;
    }
    return true;
  };

  /** Four numbers up to 255 without zeros before them. */
  const putIpv4 = (text: string): boolean => {
    const start = at;
    let [part, digits, dots] = [0, 0, 0];
    bytes[at++] = Tag.ipv4;
    for (let i = 0; i <= text.length; i++) {
      const code = i < text.length ? text.charCodeAt(i) : dot;
      if (code === dot && digits > 0 && dots < 4) {
        bytes[at++] = part;
        [part, digits, dots] = [0, 0, dots + 1];
      } else if (code >= zero && code <= nine && !(digits > 0 && part === 0) && 10 * part + code - zero <= 255) {
        part = 10 * part + code - zero;
        digits++;
      } else {
        at = start;
        return false;
      }
    }
    if (dots !== 4) {
      at = start;
    }
    return dots === 4;
  };

  const putAscii = (text: string): boolean => {
    const { length } = text;
    if (length > longestAscii) {
      return false;
    }
    const start = at;
    bytes[at++] = Tag.ascii;
    bytes[at++] = length;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) {
        at = start;
        return false;
      }
      bytes[at++] = code;
    }
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

/** Of a lower-case hexadecimal digit; -1 for anything else. */
function hexValue(code: number): number {
  if (code >= zero && code <= nine) {
    return code - zero;
  }
  return code >= lowerA && code <= lowerF ? code - lowerA + 10 : -1;
}
