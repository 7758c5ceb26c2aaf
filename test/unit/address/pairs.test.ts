import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv4, formatIpv6, parseAuxiliary, parseLabel } from '../../../src/address/index.js';
import { anyIpv4, anyIpv6 } from './arbitraries.js';

const badOption = (option: string, reason: RegExp | string = '') =>
  expect.objectContaining({
    code: 'EBADOPTION',
    message: expect.stringMatching(new RegExp(`option "?${option}"? .*${new RegExp(reason).source}`, 's')),
  });

describe('parseLabel', () => {
  const anyKey = fc.string({ unit: 'grapheme', minLength: 1 }).filter((key) => !/[\s=]/.test(key));

  test('the first "=" ends the key; the value is any text', () => {
    fc.assert(
      fc.property(anyKey, fc.string({ unit: 'binary' }), (key, value) => {
        expect(parseLabel(`${key}=${value}`)).toEqual([key, value]);
        expect(parseLabel(key)).toEqual([key, '']);
      }),
    );
  });

  test('any text is either refused or a key without white space and "="', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aé=\t\n .') }), (text) => {
        const [key = '', ...rest] = text.split('=');
        const trimmed = key.replace(/^\s+/, '');
        if (/^[^\s]+$/.test(trimmed)) {
          expect(parseLabel(text)).toEqual([trimmed, rest.join('=')]);
        } else {
          expect(() => parseLabel(text)).toThrow(badOption('label'));
        }
      }),
    );
  });

  test.each([
    ['com.example.team=web', 'com.example.team', 'web'],
    ['team', 'team', ''],
    ['team=', 'team', ''],
    ['a=b=c', 'a', 'b=c'],
    ['  a= b ', 'a', ' b '],
    ['"a"="b"', '"a"', '"b"'],
    ['__proto__=x', '__proto__', 'x'],
  ])('%j', (text, key, value) => {
    expect(parseLabel(text)).toEqual([key, value]);
  });

  test.each([
    ['', /no key/],
    ['=', /no key/],
    ['=web', /no key/],
    [' \t=web', /no key/],
    ['a b=c', /white space/],
    ['a =c', /white space/],
    ['a\tb', /white space/],
    ['a\n', /white space/],
  ])('refuses %j', (text, reason) => {
    expect(() => parseLabel(text)).toThrow(badOption('label', reason));
  });

  test.each([undefined, 7, { a: 'b' }, ['a=b']])('refuses %j from JavaScript', (value) => {
    expect(() => parseLabel(value as unknown as string)).toThrow(badOption('label', /not text/));
  });
});

describe('parseAuxiliary', () => {
  const visible = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((c) => c !== '=');
  const anyName = fc.string({ unit: fc.constantFrom(...visible), minLength: 1, maxLength: 63 });

  test('reads names and addresses of both families', () => {
    const anyAddress = fc.oneof(anyIpv4.map(formatIpv4), anyIpv6.map(formatIpv6));
    fc.assert(
      fc.property(anyName, anyAddress, (name, address) => {
        expect(parseAuxiliary(`${name}=${address}`)).toEqual([name, address]);
      }),
    );
  });

  test('refuses each other character at each place of the name', () => {
    const other = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 1 })
      .filter((c) => !visible.includes(c) && c !== '=');
    fc.assert(
      fc.property(fc.oneof(other, fc.constantFrom(' ', '\n', '\0', '\x7f', '\x1b')), fc.nat({ max: 6 }), (c, at) => {
        const name = `router`.slice(0, at) + c + `router`.slice(at);
        expect(() => parseAuxiliary(`${name}=10.0.0.1`)).toThrow(badOption('aux-address', /name/));
      }),
    );
  });

  test('the address is normalised', () => {
    expect(parseAuxiliary('my-router=FD00:0::1')).toEqual(['my-router', 'fd00::1']);
  });

  test.each([
    ['', /NAME=ADDRESS/],
    ['10.0.0.1', /NAME=ADDRESS/],
    ['=10.0.0.1', /name/],
    [`${'x'.repeat(64)}=10.0.0.1`, /name/],
  ])('refuses %j', (text, reason) => {
    expect(() => parseAuxiliary(text)).toThrow(badOption('aux-address', reason));
  });

  test.each([
    'router=',
    'router=web',
    'router=10.0.0.1/8',
    'router=a=10.0.0.1',
    'router= 10.0.0.1',
    'router=fe80::1%eth0',
  ])('refuses the address in %j', (text) => {
    expect(() => parseAuxiliary(text)).toThrow(expect.objectContaining({ code: 'EBADADDR' }));
  });

  test.each([undefined, 7, {}, ['a=10.0.0.1']])('refuses %j from JavaScript', (value) => {
    expect(() => parseAuxiliary(value as unknown as string)).toThrow(badOption('aux-address'));
  });
});
