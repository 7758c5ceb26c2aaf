import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHostname, parseInterfaceName, parseName } from '../../../src/address/index.js';

const long = (length: number) => 'x'.repeat(length);
const alphanumeric = [...'abcxyzABCXYZ0189'];
const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

/** Text with one character put in at one place. */
const withOne = (text: string, characters: string[]) =>
  fc
    .tuple(fc.constantFrom(...characters), fc.nat({ max: text.length }))
    .map(([c, at]) => text.slice(0, at) + c + text.slice(at));

describe('parseInterfaceName', () => {
  const bad = expect.objectContaining({ code: 'EBADIFNAME' });
  const forbidden = ascii.filter((c) => c <= ' ' || c === '\x7f' || '/:%'.includes(c)).concat('é', '\u00a0', '\u2028');
  const allowed = ascii.filter((c) => !forbidden.includes(c));

  test('accepts what the kernel does', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...allowed), minLength: 1, maxLength: 15 }), (name) => {
        fc.pre(!['.', '..', 'all', 'default'].includes(name));
        expect(parseInterfaceName(name)).toBe(name);
      }),
    );
  });

  test('refuses each forbidden character at each place', () => {
    fc.assert(
      fc.property(withOne('netplumb0', forbidden), (name) => {
        expect(() => parseInterfaceName(name)).toThrow(bad);
      }),
    );
  });

  test.each(['', long(16), '.', '..', 'all', 'default', 'veth%d', 'a b', 'a/b', 'eth0:1', 'eth0\n'])(
    'refuses %j',
    (name) => {
      expect(() => parseInterfaceName(name)).toThrow(bad);
    },
  );

  test.each([undefined, 7, ['eth0']])('refuses %j from JavaScript', (value) => {
    expect(() => parseInterfaceName(value as unknown as string)).toThrow(bad);
  });
});

describe('parseName', () => {
  const bad = expect.objectContaining({ code: 'EBADNAME' });
  const inner = [...alphanumeric, '_', '.', '-'];
  const forbidden = ascii.filter((c) => !/[a-zA-Z0-9_.-]/.test(c)).concat('é', '\u00a0');

  test("accepts Docker's names", () => {
    const names = fc.tuple(
      fc.constantFrom(...alphanumeric),
      fc.string({ unit: fc.constantFrom(...inner), minLength: 1, maxLength: 62 }),
    );
    fc.assert(
      fc.property(names, ([first, rest]) => {
        expect(parseName(first + rest, 'sandbox')).toBe(first + rest);
      }),
    );
  });

  test('refuses each forbidden character at each place', () => {
    fc.assert(
      fc.property(withOne('web-1', forbidden), (name) => {
        expect(() => parseName(name, 'network')).toThrow(bad);
      }),
    );
  });

  test.each(['', 'a', long(64), '.web', '-web', '_web', '..', '../x', 'a/b', 'web\n', 'web\0'])(
    'refuses %j',
    (name) => {
      expect(() => parseName(name, 'sandbox')).toThrow(bad);
    },
  );

  test('says why', () => {
    expect(() => parseName('', 'sandbox')).toThrow('it is too short');
    expect(() => parseName('a', 'sandbox')).toThrow('it is too short');
    expect(() => parseName(long(64), 'sandbox')).toThrow('it is too long');
    expect(() => parseName('-web', 'sandbox')).toThrow('a character that is not allowed there');
  });

  test('says what kind of name it is', () => {
    expect(() => parseName('a b', 'network')).toThrow('"a b" is not a valid network name');
    expect(() => parseName('a b', 'sandbox')).toThrow('"a b" is not a valid sandbox name');
  });

  test.each([undefined, 77, ['web']])('refuses %j from JavaScript', (value) => {
    expect(() => parseName(value as unknown as string, 'sandbox')).toThrow(bad);
  });
});

describe('parseHostname', () => {
  const bad = expect.objectContaining({ code: 'EBADHOSTNAME' });
  const forbidden = ascii.filter((c) => !/[a-zA-Z0-9.-]/.test(c)).concat('é', '\u00a0');

  test('accepts labels joined by dots', () => {
    const end = fc.constantFrom(...alphanumeric);
    const middle = fc.string({ unit: fc.constantFrom(...alphanumeric, '-'), maxLength: 10 });
    const label = fc.oneof(
      end,
      fc.tuple(end, middle, end).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), (labels) => {
        const name = labels.join('.');
        expect(parseHostname(name)).toBe(name);
      }),
    );
  });

  test('refuses each forbidden character at each place', () => {
    fc.assert(
      fc.property(withOne('web.example', forbidden), (name) => {
        expect(() => parseHostname(name)).toThrow(bad);
      }),
    );
  });

  test.each([long(63), `${long(60)}.com`, '1', '3f2a9c01d4e5', 'WEB'])('accepts %s', (name) => {
    expect(parseHostname(name)).toBe(name);
  });

  test.each(['', '.', 'web.', '.web', 'a..b', '-web', 'web-', 'a.-b', long(64), `${long(61)}.com`, 'a_b', 'web\n'])(
    'refuses %j',
    (name) => {
      expect(() => parseHostname(name)).toThrow(bad);
    },
  );

  test.each([undefined, 7, ['web']])('refuses %j from JavaScript', (value) => {
    expect(() => parseHostname(value as unknown as string)).toThrow(bad);
  });
});
