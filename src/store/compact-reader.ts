import { firstWord, smallNumbers, Tag, words } from './compact-format.js';

const idSize = 32;
const macSize = 6;

/** The value that begins at `start`, behind its first byte; `key`: see textOfKey. */
export type CompactReader = (bytes: Buffer, start: number, key: string) => unknown;

/**
 * Reads values as compact-format.ts says; what is no such value, or not all of one, throws RangeError. Every attach and take waits for it:
 * hence variables instead of members, bytes instead of Buffer's numbers, and one text of the whole for all short ones.
 */
export function compactReader(): CompactReader {
  let bytes: Buffer = Buffer.alloc(0);
  let start = 0;
  let at = 0;
  let key = '';
  let text: string | undefined;

  const byte = (): number => bytes[at++] as number;

  const number = (size: number): number => {
    let value = 0;
    for (let i = size - 1; i >= 0; i--) {
      value = 256 * value + (bytes[at + i] as number);
    }
    at += size;
    return value;
  };

  const float = (): number => {
    at += 8;
    return at <= bytes.length ? bytes.readDoubleLE(at - 8) : 0;
  };

  const ascii = (size: number): string => {
    text ??= bytes.toString('latin1', start);
    at += size;
    return text.slice(at - size - start, at - start);
  };

  const slice = (encoding: 'utf16le' | 'hex', size: number): string => {
    at += size;
    return bytes.toString(encoding, at - size, at);
  };

  const mac = (): string => {
    const digits = slice('hex', macSize);
    let colons = digits.slice(0, 2);
    for (let i = 2; i < 2 * macSize; i += 2) {
      colons += `:${digits.slice(i, i + 2)}`;
    }
    return colons;
  };

  const list = (length: number): unknown[] => {
    const items = [];
    for (let i = 0; i < length; i++) {
      items.push(value());
    }
    return items;
  };

  const object = (length: number): Record<string, unknown> => {
    const members: Record<string, unknown> = {};
    for (let i = 0; i < length; i++) {
      const name = value() as string;
      if (name === '__proto__') {
        Object.defineProperty(members, name, {
          value: value(),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      } else {
        members[name] = value();
      }
    }
    return members;
  };

  const value = (): unknown => {
    const tag = byte();
    if (tag >= firstWord) {
      return word(tag);
    }
    if (tag < smallNumbers) {
      return tag;
    }
    switch (tag) {
      case Tag.ascii:
        return ascii(byte());
      case Tag.id:
        return slice('hex', idSize);
      case Tag.ipv4:
        return `${byte()}.${byte()}.${byte()}.${byte()}`;
      case Tag.false:
        return false;
      case Tag.true:
        return true;
      case Tag.null:
        return null;
      case Tag.uint16:
        return number(2);
      case Tag.uint32:
        return number(4);
      case Tag.uint48:
        return number(6);
      case Tag.key:
        return key;
      case Tag.keyStart:
        return key.slice(0, byte());
      case Tag.object:
        return object(byte());
      case Tag.list:
        return list(byte());
      case Tag.mac:
        return mac();
      case Tag.decimal:
        return String(value());
      case Tag.hex:
        return slice('hex', byte());
      case Tag.parts:
        return list(byte()).join(':');
      case Tag.float64:
        return float();
      case Tag.text:
        return slice('utf16le', 2 * number(4));
      case Tag.longList:
        return list(number(4));
      case Tag.longObject:
        return object(number(4));
      default:
        throw new RangeError(`nothing is known of values with tag ${tag}`);
    }
  };

  return (record, behindStart, keyText) => {
    bytes = record;
    start = behindStart;
    at = behindStart;
    key = keyText;
    text = undefined;
    const read = value();
    if (at > bytes.length) {
      throw new RangeError('the value ends too early');
    }
    return read;
  };
}

function word(tag: number): string {
  const text = words[tag - firstWord];
  if (text === undefined) {
    throw new RangeError(`nothing is known of values with tag ${tag}`);
  }
  return text;
}
