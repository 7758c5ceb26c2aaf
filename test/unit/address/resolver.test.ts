import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseDnsOption,
  parseDnsOptions,
  parseNameserver,
  parseNameservers,
  parseSearchDomain,
  parseSearchDomains,
} from '../../../src/address/index.js';

const bad = expect.objectContaining({ code: 'EBADOPTION' });
const refusal = (message: string) => expect.objectContaining({ code: 'EBADOPTION', message });
const reasonOf = (reason: string) => expect.objectContaining({ message: expect.stringContaining(reason) });

/** What resolvers read as the end of a word, of a line or of the file. */
const separators = [...' \t\n\r\v\f\0#;,'];

/** Text with one character put in at one place. */
const withOne = (text: string, characters: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...characters), fc.nat({ max: text.length }))
    .map(([c, at]) => text.slice(0, at) + c + text.slice(at));

describe('parseNameserver', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['127.0.0.53', '127.0.0.53'],
    ['::1', '::1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['fd00::53', 'fd00::53'],
  ])('%s is %s', (text, read) => {
    expect(parseNameserver(text)).toBe(read);
  });

  test.each([
    ['', 'it is not an IP address'],
    ['localhost', 'it is not an IP address'],
    ['192.0.2', 'it is not an IP address'],
    ['192.0.2.1:53', 'it is not an IP address'],
    ['[2001:db8::1]', 'it is not an IP address'],
    ['fe80::1%eth0', 'it is not an IP address'],
    ['0.0.0.0', 'no host can have it'],
    ['224.0.0.251', 'no host can have it'],
    ['255.255.255.255', 'no host can have it'],
    ['::', 'no host can have it'],
    ['ff02::fb', 'no host can have it'],
    ['::ffff:192.0.2.1', 'no host can have it'],
    ['fe80::1', 'it is link-local'],
    ['febf::1', 'it is link-local'],
  ])('refuses %j: %s', (text, reason) => {
    expect(() => parseNameserver(text)).toThrow(bad);
    expect(() => parseNameserver(text)).toThrow(reasonOf(reason));
  });

  test.each([undefined, null, 7, ['192.0.2.1']])('refuses %j from JavaScript', (value) => {
    expect(() => parseNameserver(value as unknown as string)).toThrow(bad);
  });

  test('whatever it lets through is one address, and read again it is the same', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
        let read: string;
        try {
          read = parseNameserver(text);
        } catch (error) {
          expect(error).toEqual(bad);
          return;
        }
        expect(isIP(read)).toBeGreaterThan(0);
        expect(parseNameserver(read)).toBe(read);
      }),
    );
  });
});

describe('parseSearchDomain', () => {
  const label = 'x'.repeat(63);

  test.each(['example.com', 'example.com.', 'lan', '_tcp.example', '1.2.example', 'EXAMPLE.com', label, '.'])(
    'takes %s',
    (text) => {
      expect(parseSearchDomain(text)).toBe(text);
    },
  );

  test.each(['', '..', '.lan', 'a..b', '-a', 'a-', 'a.-b', `${label}x`, 'exämple.com', '*.lan'])(
    'refuses %j',
    (text) => {
      expect(() => parseSearchDomain(text)).toThrow(
        refusal(`option "dns-search" cannot be "${text}": it is not a domain`),
      );
    },
  );

  test('takes a name of 253 characters, with a dot behind it or without, and no longer one', () => {
    const longest = `${`${'x'.repeat(49)}.`.repeat(5)}xyz`;
    expect(longest).toHaveLength(253);
    expect(parseSearchDomain(longest)).toBe(longest);
    expect(parseSearchDomain(`${longest}.`)).toBe(`${longest}.`);
    expect(() => parseSearchDomain(`${longest}x`)).toThrow(bad);
  });

  test('no separator gets in, at whatever place', () => {
    fc.assert(
      fc.property(withOne('shop.example', separators), (text) => {
        expect(() => parseSearchDomain(text)).toThrow(bad);
      }),
    );
  });
});

describe('parseDnsOption', () => {
  test.each(['ndots:2', 'rotate', 'use-vc', 'edns0', 'no-aaaa', 'timeout:1'])('takes %s', (text) => {
    expect(parseDnsOption(text)).toBe(text);
  });

  test.each([
    '',
    'ndots:',
    'ndots:x',
    'ndots:-1',
    ':2',
    '2',
    'Ndots:2',
    'ndots:1:2',
    `ndots:${'1'.repeat(10)}`,
    'x'.repeat(64),
  ])('refuses %j', (text) => {
    expect(() => parseDnsOption(text)).toThrow(bad);
  });

  test('no separator gets in, at whatever place', () => {
    fc.assert(
      fc.property(withOne('ndots:2', separators), (text) => {
        expect(() => parseDnsOption(text)).toThrow(bad);
      }),
    );
  });
});

describe('lists', () => {
  const servers = ['192.0.2.1', '192.0.2.2', '2001:db8::3'];
  const domains = ['a', 'b', 'c', 'd', 'e', 'f'];

  test('have what every resolver heeds, each once, and in the order in which it was given', () => {
    expect(parseNameservers([...servers, '2001:DB8::3'])).toEqual(servers);
    expect(parseSearchDomains([...domains, 'a'])).toEqual(domains);
    expect(parseDnsOptions(['ndots:2', 'rotate', 'ndots:2'])).toEqual(['ndots:2', 'rotate']);
    expect(parseNameservers([])).toEqual([]);
  });

  test('a fourth name server, which no resolver would ask, is refused', () => {
    expect(() => parseNameservers([...servers, '192.0.2.4'])).toThrow(reasonOf('resolvers heed 3 name servers'));
  });

  test('a seventh domain is refused, and so is a list that makes musl skip its line', () => {
    expect(() => parseSearchDomains([...domains, 'g'])).toThrow(reasonOf('resolvers heed 6 domains'));
    const long = ['x'.repeat(60), 'y'.repeat(60), 'z'.repeat(60)];
    const longest = [...long, `${'w'.repeat(62)}.v`];
    expect(`search ${longest.join(' ')}\n\0`).toHaveLength(256);
    expect(parseSearchDomains(longest)).toEqual(longest);
    expect(() => parseSearchDomains([...long, `${'w'.repeat(63)}.v`])).toThrow(bad);
  });

  test('options of more characters than a line of musl has are refused', () => {
    const options = Array.from({ length: 6 }, (_, i) => `${String.fromCharCode(97 + i)}${'x'.repeat(37)}`);
    expect(parseDnsOptions(options)).toHaveLength(6);
    expect(() => parseDnsOptions([...options, 'rotate'])).toThrow(reasonOf('characters of options'));
  });

  test('what is let through makes lines that every resolver reads in full', () => {
    const label = fc.stringMatching(/^[a-z0-9]{1,63}$/);
    const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const option = fc.stringMatching(/^[a-z][a-z0-9-]{0,62}$/);
    fc.assert(
      fc.property(fc.array(domain, { maxLength: 8 }), fc.array(option, { maxLength: 8 }), (searched, chosen) => {
        for (const [line, read] of [
          ['search ', () => parseSearchDomains(searched)],
          ['options ndots:0 ', () => parseDnsOptions(chosen)],
        ] as const) {
          const given = line === 'search ' ? searched : chosen;
          const unique = [...new Set(given)];
          // What fgets gets into a buffer of 256 bytes: 255, newline included.
          const fits = `${line}${unique.join(' ')}\n`.length <= 255 && (line !== 'search ' || unique.length <= 6);
          if (fits) {
            expect(read()).toEqual(unique);
          } else {
            expect(read).toThrow(bad);
          }
        }
      }),
    );
  });

  test('"." means no domain, and stands alone', () => {
    expect(parseSearchDomains(['.'])).toEqual([]);
    expect(parseSearchDomains(['.', '.'])).toEqual([]);
    expect(() => parseSearchDomains(['.', 'lan'])).toThrow(reasonOf('stands alone'));
  });

  test.each([parseNameservers, parseSearchDomains, parseDnsOptions])('%o: no list is no list', (parse) => {
    for (const value of ['192.0.2.1', null, 7, {}]) {
      expect(() => parse(value as unknown as string[])).toThrow(reasonOf('it is not a list'));
    }
    expect(() => parse(['\n'], 'key')).toThrow(reasonOf('option "key"'));
  });
});
