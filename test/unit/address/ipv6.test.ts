import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv4, formatIpv6, isHostIpv6, parseIpv6 } from '../../../src/address/index.js';
import { addressOfGroups, anyGroups, anyIpv4, anyIpv6, nearlyRight } from './arbitraries.js';

const bad = expect.objectContaining({ code: 'EBADADDR', message: expect.stringContaining('IPv6') });

/** A group as it may be written: with leading zeros, in either case. */
const writtenGroup = (value: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.boolean())
    .map(([width, upper]) => value.toString(16).padStart(width, '0')[upper ? 'toUpperCase' : 'toString']());

/** An address together with one of the ways to write it. */
const written = anyGroups.chain((groups) => {
  const zeroRuns = groups.flatMap((_, start) =>
    groups
      .map((_, i) => ({ start, end: i + 1 }))
      .filter(({ end }) => end > start && groups.slice(start, end).every((value) => value === 0)),
  );
  return fc
    .record({
      texts: fc.tuple(...groups.map(writtenGroup)),
      run: zeroRuns.length === 0 ? fc.constant(undefined) : fc.option(fc.constantFrom(...zeroRuns), { nil: undefined }),
      isQuad: fc.boolean(),
    })
    .map(({ texts, run, isQuad }) => {
      const last = [groups[6] as number, groups[7] as number].flatMap((value) => [value >> 8, value & 0xff]).join('.');
      const parts = isQuad && (run === undefined || run.end <= 6) ? [...texts.slice(0, 6), last] : texts;
      const text =
        run === undefined
          ? parts.join(':')
          : `${parts.slice(0, run.start).join(':')}::${parts.slice(run.end).join(':')}`;
      return { text, address: addressOfGroups(groups) };
    });
});

/** Colons and groups in any order, where most is one step away from an address. */
const addressLike = fc
  .array(
    fc.constantFrom('0', '1', 'fe80', 'FFFF', '12345', 'g', ':', ':', ':', '::', '1.2.3.4', '1.2.3', '%1', ' ', '.'),
    {
      maxLength: 17,
    },
  )
  .map((parts) => parts.join(''));

describe('parseIpv6', () => {
  test('reads every way to write an address', () => {
    fc.assert(
      fc.property(written, ({ text, address }) => {
        expect(parseIpv6(text)).toBe(address);
        expect(isIPv6(text)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("accepts what Node's parser accepts without a zone, and nothing else", () => {
    fc.assert(
      fc.property(fc.oneof(addressLike, nearlyRight, fc.ipV6(), fc.string()), (text) => {
        if (isIPv6(text) && !text.includes('%')) {
          expect(`[${formatHex(parseIpv6(text))}]`).toBe(new URL(`http://[${text}]`).hostname);
        } else {
          expect(() => parseIpv6(text)).toThrow(bad);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('one character more, less or other is refused, or is another address to Node too', () => {
    const damage = fc.record({
      at: fc.nat({ max: 45 }),
      remove: fc.nat({ max: 1 }),
      add: fc.constantFrom('', ...':.0f%/x '),
    });
    fc.assert(
      fc.property(written, damage, ({ text }, { at, remove, add }) => {
        const damaged = text.slice(0, at) + add + text.slice(at + remove);
        if (isIPv6(damaged) && !damaged.includes('%')) {
          expect(`[${formatHex(parseIpv6(damaged))}]`).toBe(new URL(`http://[${damaged}]`).hostname);
        } else {
          expect(() => parseIpv6(damaged)).toThrow(bad);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['::', 0n],
    ['::1', 1n],
    ['fd00::', 0xfdn << 120n],
    ['fe80:0:0:0:0:0:0:1', (0xfe80n << 112n) + 1n],
    ['::172.17.0.2', 0xac110002n],
    ['::ffff:172.17.0.2', 0xffff_ac110002n],
    ['64:ff9b::255.255.255.255', (0x64_ff9bn << 96n) + 0xffff_ffffn],
    ['1:2:3:4:5:6:7::', 0x1_0002_0003_0004_0005_0006_0007_0000n],
    ['0000:0000:0000:0000:0000:ffff:255.255.255.255', 0xffff_ffff_ffffn],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 2n ** 128n - 1n],
  ])('%s', (text, address) => {
    expect(parseIpv6(text)).toBe(address);
  });

  test.each([
    '',
    ':',
    ':::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    '1::2::3',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
    ':1::2',
    '1::2:',
    '12345::',
    'g::',
    '::1 ',
    ' ::1',
    '::1\n',
    '::0x1',
    '::-1',
    '::1/64',
    '[::1]',
    'fe80::1%eth0',
    'fe80::1%',
    '172.17.0.2',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1.2.3',
    '::1.2.3.256',
    '::01.2.3.4',
    `${'0'.repeat(1_000_000)}::`,
  ])('refuses %.50j', (text) => {
    expect(() => parseIpv6(text)).toThrow(bad);
  });

  test.each([undefined, null, 7, 7n, {}, ['::1']])('refuses %s from JavaScript', (value) => {
    expect(() => parseIpv6(value as unknown as string)).toThrow(bad);
  });
});

describe('formatIpv6', () => {
  test("writes what URL's serializer writes, which is RFC 5952", () => {
    fc.assert(
      fc.property(anyIpv6, (address) => {
        fc.pre(address >> 32n !== 0xffffn);
        expect(`[${formatIpv6(address)}]`).toBe(new URL(`http://[${fullText(address)}]`).hostname);
      }),
      { numRuns: 2000 },
    );
  });

  test('writes an IPv4-mapped address with the IPv4 address in sight', () => {
    fc.assert(
      fc.property(anyIpv4, (ipv4) => {
        const address = 0xffff_0000_0000n + BigInt(ipv4);
        expect(formatIpv6(address)).toBe(`::ffff:${formatIpv4(ipv4)}`);
        expect(parseIpv6(formatIpv6(address))).toBe(address);
      }),
    );
  });

  // RFC 5952, sections 4.2.2 and 4.2.3, and the ends.
  test.each([
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::AAAA:0', '2001:db8::aaaa:0'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:1:0:0:0:0:0', '0:0:1::'],
    ['0:1:2:3:4:5:6:7', '0:1:2:3:4:5:6:7'],
    ['1:2:3:4:5:6:0:0', '1:2:3:4:5:6::'],
    ['::172.17.0.2', '::ac11:2'],
    ['64:ff9b::172.17.0.2', '64:ff9b::ac11:2'],
    ['::fffe:172.17.0.2', '::fffe:ac11:2'],
  ])('%s is %s', (text, expected) => {
    expect(formatIpv6(parseIpv6(text))).toBe(expected);
  });
});

test.each([
  ['fd00::', true],
  ['fd00::1', true],
  ['fe80::1', true],
  ['2001:db8::1', true],
  ['::2', true],
  ['64:ff9b::172.17.0.2', true],
  ['feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', true],
  ['::', false],
  ['::1', false],
  ['ff00::', false],
  ['ff02::1', false],
  ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', false],
  ['::ffff:0.0.0.0', false],
  ['::ffff:172.17.0.2', false],
  ['::1:0:0', true],
])('isHostIpv6 of %s is %s', (text, expected) => {
  expect(isHostIpv6(parseIpv6(text))).toBe(expected);
});

/** All eight groups in full. */
function fullText(address: bigint): string {
  return (address.toString(16).padStart(32, '0').match(/.{4}/g) as string[]).join(':');
}

/** As URL writes it: never with a dotted quad. */
function formatHex(address: bigint): string {
  return address >> 32n === 0xffffn
    ? `::ffff:${((address >> 16n) & 0xffffn).toString(16)}:${(address & 0xffffn).toString(16)}`
    : formatIpv6(address);
}
