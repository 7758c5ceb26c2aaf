import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddHost, parseAnyAddress, parseNetworkAlias } from '../../../src/address/index.js';

const bad = expect.objectContaining({ code: 'EBADOPTION' });
const refusal = (message: string) => expect.objectContaining({ code: 'EBADOPTION', message });

/** What a line of a hosts file or a list must not be given. */
const forbidden = [...' \t\n\r\v\f\0#,;_/\\"\'%é\u00a0\u2028'];
const label = fc.stringMatching(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/);
const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
const isQuad = (text: string) => /^\d+\.\d+\.\d+\.\d+$/.test(text);

/** Text with one character put in at one place. */
const withOne = (text: string) =>
  fc
    .tuple(fc.constantFrom(...forbidden), fc.nat({ max: text.length }))
    .map(([c, at]) => text.slice(0, at) + c + text.slice(at));

describe('parseNetworkAlias', () => {
  test('takes names of RFC 1123, whatever their length, and writes them in lower case', () => {
    fc.assert(
      fc.property(name, (text) => {
        fc.pre(!isQuad(text));
        expect(parseNetworkAlias(text)).toBe(text.toLowerCase());
      }),
    );
  });

  test('takes 253 characters and no more', () => {
    const longest = `${`${'x'.repeat(49)}.`.repeat(5)}xyz`;
    expect(parseNetworkAlias(longest)).toBe(longest);
    expect(() => parseNetworkAlias(`${longest}x`)).toThrow(bad);
  });

  test.each(['', '.', 'a.', '.a', 'a..b', '-a', 'a-', 'x'.repeat(64), '10.0.0.1', 'a_b', 'a b', 'a,b', 'a\nb'])(
    'refuses %j',
    (text) => {
      expect(() => parseNetworkAlias(text)).toThrow(bad);
    },
  );

  test('no other character gets in, at whatever place', () => {
    fc.assert(
      fc.property(withOne('db.shop'), (text) => {
        expect(() => parseNetworkAlias(text)).toThrow(bad);
      }),
    );
  });

  test('says why', () => {
    expect(() => parseNetworkAlias('10.0.0.1')).toThrow(
      refusal('option "network-alias" cannot be "10.0.0.1": it is an address, not a name'),
    );
    expect(() => parseNetworkAlias('a b')).toThrow('it has a character that is not allowed there');
  });

  test.each([undefined, null, 7, ['db']])('refuses %j from JavaScript', (value) => {
    expect(() => parseNetworkAlias(value as unknown as string)).toThrow(bad);
  });
});

describe('parseAddHost', () => {
  test.each([
    ['db:192.0.2.7', { name: 'db', address: '192.0.2.7' }],
    ['db=192.0.2.7', { name: 'db', address: '192.0.2.7' }],
    ['db:2001:DB8::7', { name: 'db', address: '2001:db8::7' }],
    ['db:[2001:db8::7]', { name: 'db', address: '2001:db8::7' }],
    ['db=[2001:db8::7]', { name: 'db', address: '2001:db8::7' }],
    ['db:::1', { name: 'db', address: '::1' }],
    ['ads.example:0.0.0.0', { name: 'ads.example', address: '0.0.0.0' }],
    ['DB:host-gateway', { name: 'DB', address: 'host-gateway' }],
    ['db=host-gateway', { name: 'db', address: 'host-gateway' }],
  ])('%s', (text, entry) => {
    expect(parseAddHost(text)).toEqual(entry);
  });

  test('has the name, and the address in the one way that it is written here', () => {
    fc.assert(
      fc.property(name, fc.oneof(fc.ipV4(), fc.ipV6()), fc.constantFrom(':', '='), (host, address, separator) => {
        fc.pre(!isQuad(host));
        let written: string;
        try {
          written = parseAnyAddress(address);
        } catch {
          return;
        }
        expect(parseAddHost(`${host}${separator}${address}`)).toEqual({ name: host, address: written });
        if (address.includes(':')) {
          expect(parseAddHost(`${host}${separator}[${address}]`)).toEqual({ name: host, address: written });
        }
      }),
    );
  });

  test.each([
    '',
    'db',
    'db:',
    'db=',
    ':192.0.2.7',
    'a_b:192.0.2.7',
    '10.0.0.1:192.0.2.7',
    'db 192.0.2.7',
    'db:192.0.2',
    'db:192.0.2.7:80',
    'db:[192.0.2.7]',
    'db:[2001:db8::7',
    'db:2001:db8::7]',
    'db:[]',
    'db:fe80::1%eth0',
    'db:Host-Gateway',
    'db:host-gateway ',
    'db:192.0.2.7\n192.0.2.8 evil',
    'a,b:192.0.2.7',
  ])('refuses %j', (text) => {
    expect(() => parseAddHost(text)).toThrow(bad);
  });

  test('nothing that a file would be broken by gets in, at whatever place', () => {
    fc.assert(
      fc.property(fc.oneof(withOne('db:192.0.2.7'), withOne('db=[fd00::7]'), withOne('db:host-gateway')), (text) => {
        expect(() => parseAddHost(text)).toThrow(bad);
      }),
    );
  });

  test('says why', () => {
    expect(() => parseAddHost('db')).toThrow('it is neither NAME:ADDRESS nor NAME=ADDRESS');
    expect(() => parseAddHost('-:192.0.2.7')).toThrow('of its name, it has a character');
    expect(() => parseAddHost('db:x')).toThrow('is neither an IP address nor host-gateway');
  });

  test.each([undefined, null, 7, ['db:192.0.2.7']])('refuses %j from JavaScript', (value) => {
    expect(() => parseAddHost(value as unknown as string)).toThrow(bad);
  });
});
