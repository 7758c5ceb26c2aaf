import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatIpv4,
  formatIpv6,
  formatPort,
  formatPublished,
  hostAddresses,
  type PortWish,
  parseExpose,
  parsePublish,
} from '../../../src/address/index.js';
import { anyGroups, nearlyRight } from './arbitraries.js';

const bad = expect.objectContaining({ code: 'EBADPORT' });
const anyPort = fc.integer({ min: 1, max: 65535 });
const protocols = ['tcp', 'udp', 'sctp'] as const;
const anyProtocol = fc.constantFrom(...protocols);
/** First port and how many more. Short, so that a range of them is written quickly. */
const anyRange = fc.tuple(fc.integer({ min: 1, max: 65000 }), fc.nat({ max: 40 }));

/** Addresses as text, in which way however, and as they are returned. */
const anyAddress = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 223 }), fc.nat({ max: 0xffffff }))
    .map(([first, rest]) => formatIpv4(first * 2 ** 24 + rest))
    .map((text) => ({ text, normal: text })),
  fc.constant({ text: '0.0.0.0', normal: '0.0.0.0' }),
  fc.constantFrom('[::]', '[::1]', '[0:0::1]', '[FD00::0AB]').map((text) => ({
    text,
    normal: { '[::]': '::', '[::1]': '::1', '[0:0::1]': '::1', '[FD00::0AB]': 'fd00::ab' }[text] ?? '',
  })),
  anyGroups
    .map(([, ...groups]) => [0xfd00, ...groups])
    .map((groups) => {
      const value = BigInt(`0x${groups.map((group) => group.toString(16).padStart(4, '0')).join('')}`);
      return { text: `[${groups.map((group) => group.toString(16)).join(':')}]`, normal: formatIpv6(value) };
    }),
);

const anySuffix = fc.oneof(
  fc.constant({ text: '', protocol: 'tcp' as const }),
  anyProtocol.map((protocol) => ({ text: `/${protocol}`, protocol })),
  anyProtocol.map((protocol) => ({ text: `/${protocol.toUpperCase()}`, protocol })),
);

const rangeText = (first: number, more: number) => (more === 0 ? `${first}` : `${first}-${first + more}`);

describe('parsePublish', () => {
  test.each<[string, PortWish[]]>([
    ['80', [{ protocol: 'tcp', port: 80 }]],
    [':80', [{ protocol: 'tcp', port: 80 }]],
    ['80/udp', [{ protocol: 'udp', port: 80 }]],
    ['80/SCTP', [{ protocol: 'sctp', port: 80 }]],
    ['8080:80', [{ protocol: 'tcp', port: 80, hostPorts: { first: 8080, last: 8080 } }]],
    ['127.0.0.1::80', [{ protocol: 'tcp', port: 80, hostAddress: '127.0.0.1' }]],
    [
      '127.0.0.1:53:53/udp',
      [{ protocol: 'udp', port: 53, hostAddress: '127.0.0.1', hostPorts: { first: 53, last: 53 } }],
    ],
    ['0.0.0.0:1:1', [{ protocol: 'tcp', port: 1, hostAddress: '0.0.0.0', hostPorts: { first: 1, last: 1 } }]],
    ['[::1]::65535', [{ protocol: 'tcp', port: 65535, hostAddress: '::1' }]],
    [
      '[FD00:0::1]:8080:80',
      [{ protocol: 'tcp', port: 80, hostAddress: 'fd00::1', hostPorts: { first: 8080, last: 8080 } }],
    ],
    ['8000-8010:80', [{ protocol: 'tcp', port: 80, hostPorts: { first: 8000, last: 8010 } }]],
    ['8000-8010:80-80', [{ protocol: 'tcp', port: 80, hostPorts: { first: 8000, last: 8010 } }]],
    [
      '80-81',
      [
        { protocol: 'tcp', port: 80 },
        { protocol: 'tcp', port: 81 },
      ],
    ],
    [
      '8000-8001:80-81/udp',
      [
        { protocol: 'udp', port: 80, hostPorts: { first: 8000, last: 8000 } },
        { protocol: 'udp', port: 81, hostPorts: { first: 8001, last: 8001 } },
      ],
    ],
  ])('reads %s', (text, expected) => {
    expect(parsePublish(text)).toEqual(expected);
  });

  test('reads whatever can be written, pairwise where both are ranges', () => {
    fc.assert(
      fc.property(
        fc.option(anyAddress),
        fc.option(anyRange),
        anyRange,
        anySuffix,
        (address, host, [first, more], suffix) => {
          const isPair = more > 0 && host;
          const outside = host && rangeText(host[0], isPair ? more : host[1]);
          const front = address ? `${address.text}:${outside ?? ''}:` : outside ? `${outside}:` : '';
          const wishes = parsePublish(`${front}${rangeText(first, more)}${suffix.text}`);
          const expected = Array.from({ length: more + 1 }, (_, i) => ({
            protocol: suffix.protocol,
            port: first + i,
            ...(address && { hostAddress: address.normal }),
            ...(host && {
              hostPorts: isPair
                ? { first: host[0] + i, last: host[0] + i }
                : { first: host[0], last: host[0] + host[1] },
            }),
          }));
          expect(wishes).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    // Numbers.
    ['', 'it is empty'],
    [':', 'its port is missing'],
    ['0', 'neither a number from 1 to 65535'],
    ['0:80', 'its host port is neither'],
    ['80:0', 'its port is neither'],
    ['65536', 'its port is neither'],
    ['65536:80', 'its host port is neither'],
    ['99999999999999999999', 'its port is neither'],
    ['080:80', 'its host port is neither'],
    ['+80:80', 'its host port is neither'],
    ['8e1:80', 'its host port is neither'],
    ['0x50', 'its port is neither'],
    ['80.0', 'its port is neither'],
    ['http:80', 'its host port is neither'],
    ['80:', 'its port is missing'],
    ['8080:80 ', 'its port is neither'],
    [' 8080:80', 'its host port is neither'],
    ['8080:80\n', 'its port is neither'],
    ['8080\0:80', 'its host port is neither'],
    ['８０:80', 'its host port is neither'],
    ['80:٨٠', 'its port is neither'],
    ['-80', 'its port is neither'],
    ['80-', 'its port is neither'],
    ['-', 'its port is neither'],
    ['8000--8001:80', 'its host port is neither'],
    ['8000-8001-8002:80', 'its host port is neither'],
    ['8000–8001:80', 'its host port is neither'],
    // Ranges.
    ['8010-8000:80', 'the range of its host port is reversed'],
    ['81-80', 'the range of its port is reversed'],
    ['8000-8002:80-81', 'its ranges are of different lengths'],
    ['8000:80-81', 'its ranges are of different lengths'],
    ['0-1:80', 'its host port is neither'],
    ['65535-65536', 'its port is neither'],
    // Protocols.
    ['80/', 'its protocol is none of'],
    ['80/tcp/', 'more than one "/"'],
    ['80/tcp/udp', 'more than one "/"'],
    ['80//tcp', 'more than one "/"'],
    ['/tcp', 'its port is missing'],
    ['8080/tcp:80', 'its protocol is none of'],
    ['80/icmp', 'its protocol is none of'],
    ['80/tcp ', 'its protocol is none of'],
    ['80/ſctp', 'its protocol is none of'],
    // Addresses.
    ['::80', 'its address is empty'],
    [':8080:80', 'its address is empty'],
    ['localhost:8080:80', 'its address is not an IP address'],
    ['127.1:8080:80', 'its address is not an IP address'],
    ['127.0.0.01:8080:80', 'its address is not an IP address'],
    ['256.0.0.1:8080:80', 'its address is not an IP address'],
    ['10.0.0.0/8:8080:80', 'its protocol is none of'],
    ['0.0.0.1:8080:80', 'none that a host can have'],
    ['224.0.0.1:8080:80', 'none that a host can have'],
    ['255.255.255.255:8080:80', 'none that a host can have'],
    ['127.0.0.1:80:80:80', 'an IPv6 address must be in brackets'],
    ['::1:8080:80', 'an IPv6 address must be in brackets'],
    ['fd00::1:8080:80', 'an IPv6 address must be in brackets'],
    [':::80', 'an IPv6 address must be in brackets'],
    ['[::1]', 'behind an address there must be'],
    ['[::1]:80', 'behind an address there must be'],
    ['[::1]80:80', 'behind an address there must be'],
    ['[::1:8080:80', 'behind an address there must be'],
    ['[::1]:80:80:80', 'behind an address there must be'],
    ['[::1]:80:[::1]:80', 'behind an address there must be'],
    ['[[::1]]:80:80', 'not an IPv6 address without a zone'],
    ['::1]:80:80', 'an IPv6 address must be in brackets'],
    ['[]:80:80', 'not an IPv6 address without a zone'],
    ['[127.0.0.1]:80:80', 'not an IPv6 address without a zone'],
    ['[fe80::1%eth0]:80:80', 'not an IPv6 address without a zone'],
    ['[fe80::1%25eth0]:80:80', 'not an IPv6 address without a zone'],
    ['[::ffff:127.0.0.1]:80:80', 'none that a host can have'],
    ['[ff02::1]:80:80', 'none that a host can have'],
  ])('refuses %j: %s', (text, reason) => {
    expect(() => parsePublish(text)).toThrow(bad);
    expect(() => parsePublish(text)).toThrow(reason);
  });

  test('refuses what is huge at once, and does not repeat it', () => {
    for (const text of ['8'.repeat(1e6), '80:'.repeat(1e6), '80/'.repeat(1e6), `[${':'.repeat(1e6)}]:80:80`]) {
      expect(() => parsePublish(text)).toThrow('it is too long');
      expect(() => parsePublish(text)).toThrow(
        expect.objectContaining({ message: expect.not.stringMatching(/.{800}/) }),
      );
    }
  });

  test.each([undefined, null, 80, ['80'], {}])('refuses %j from JavaScript', (value) => {
    expect(() => parsePublish(value as unknown as string)).toThrow(bad);
  });

  test('takes nothing for right that says something else, and throws nothing else', () => {
    const nearly = fc.oneof(
      nearlyRight,
      fc.string({ unit: fc.constantFrom(...'0123456789:-/[].tcpudp'), maxLength: 24 }),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(nearly, (text) => {
        let wishes: PortWish[];
        try {
          wishes = parsePublish(text);
        } catch (error) {
          expect(error).toEqual(bad);
          return;
        }
        // Each number that was written is one that was understood, and the other way round.
        const numbers = text.replace(/^(\[.*\]|[0-9.]+(?=:.*:)):/, '').match(/\d+/g) ?? [];
        const ports = wishes.flatMap(({ port, hostPorts }) => [
          port,
          hostPorts?.first ?? port,
          hostPorts?.last ?? port,
        ]);
        expect(Math.min(...ports)).toBe(Math.min(...numbers.map(Number)));
        expect(Math.max(...ports)).toBe(Math.max(...numbers.map(Number)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('parseExpose', () => {
  test('reads a port or a range', () => {
    fc.assert(
      fc.property(anyRange, anySuffix, ([first, more], { text, protocol }) => {
        const expected = Array.from({ length: more + 1 }, (_, i) => ({ protocol, port: first + i }));
        expect(parseExpose(`${rangeText(first, more)}${text}`)).toEqual(expected);
      }),
    );
  });

  test('reads what formatPort writes', () => {
    fc.assert(
      fc.property(anyPort, anyProtocol, (port, protocol) => {
        expect(parseExpose(formatPort({ protocol, port }))).toEqual([{ protocol, port }]);
      }),
    );
  });

  test.each(['', '0', '65536', '82-81', '80-', '80/', '80/icmp', '80/tcp/tcp', '8080:80', ' 80', '80 81', '１'])(
    'refuses %j',
    (text) => {
      expect(() => parseExpose(text)).toThrow(bad);
      expect(() => parseExpose(text)).toThrow('is not a valid port to expose');
    },
  );
});

describe('formatPublished', () => {
  test.each([
    [{ protocol: 'tcp', port: 80 }, '80/tcp'],
    [{ protocol: 'tcp', port: 80, hostPort: 8080, hostAddress: '0.0.0.0' }, '0.0.0.0:8080->80/tcp'],
    [{ protocol: 'udp', port: 53, hostPort: 53, hostAddress: 'fd00::1' }, '[fd00::1]:53->53/udp'],
    [{ protocol: 'sctp', port: 1, hostPort: 2 }, '0.0.0.0:2->1/sctp, [::]:2->1/sctp'],
  ] as const)('writes %j as Docker does', (published, expected) => {
    expect(formatPublished(published)).toBe(expected);
  });

  test('is read again as what it was', () => {
    fc.assert(
      fc.property(anyAddress, anyPort, anyPort, anyProtocol, ({ normal }, hostPort, port, protocol) => {
        const published = { protocol, port, hostPort, hostAddress: normal };
        const text = formatPublished(published).replace('->', ':');
        const hostPorts = { first: hostPort, last: hostPort };
        expect(parsePublish(text)).toEqual([{ protocol, port, hostAddress: normal, hostPorts }]);
        expect(hostAddresses(published)).toEqual([normal]);
      }),
    );
  });
});
