import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv4, formatIpv6 } from '../../../../src/address/index.js';
import { addressOfReverse } from '../../../../src/naming/dns/reverse.js';
import { smallTown, Town } from './town.js';

const reverse4 = (address: number) => `${formatIpv4(address).split('.').reverse().join('.')}.in-addr.arpa`;
const reverse6 = (address: bigint) => `${[...address.toString(16).padStart(32, '0')].reverse().join('.')}.ip6.arpa`;

describe('addressOfReverse', () => {
  test('reads the name of every address', () => {
    const ipv4 = fc.nat({ max: 0xffffffff });
    fc.assert(fc.property(ipv4, (address) => addressOfReverse(reverse4(address)) === formatIpv4(address)));
    const ipv6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
    fc.assert(fc.property(ipv6, (address) => addressOfReverse(reverse6(address)) === formatIpv6(address)));
  });

  test.each([
    ['a zone', '0.1.10.in-addr.arpa'],
    ['the zone of all', 'in-addr.arpa'],
    ['a name below an address', 'x.2.0.1.10.in-addr.arpa'],
    ['a leading zero', '02.0.1.10.in-addr.arpa'],
    ['a number that is no byte', '256.0.1.10.in-addr.arpa'],
    ['no numbers', 'a.b.c.d.in-addr.arpa'],
    ['an empty label', '2..1.10.in-addr.arpa'],
    ['half an IPv6 address', '0.0.0.0.0.0.0.0.0.0.0.0.1.0.d.f.ip6.arpa'],
    ['no digits', `${'g.'.repeat(32)}ip6.arpa`],
    ['an address behind something', `${reverse4(0x0a010002)}.example`],
    ['an IPv4 address elsewhere', '2.0.1.10.ip6.arpa'],
  ])('reads no address from %s', (_, name) => {
    expect(addressOfReverse(name)).toBeUndefined();
  });
});

describe('the name of an address', () => {
  const six = reverse6((0xfd01n << 112n) | 2n);

  test('is that of the sandbox that has it, in its network', () => {
    const { town, app } = smallTown();
    expect(town.ask(app, '2.0.1.10.in-addr.arpa', 'PTR')).toEqual(['db.web']);
    expect(town.ask(app, '2.0.1.10.IN-ADDR.ARPA', 'ANY')).toEqual(['db.web']);
    expect(town.ask(app, six, 'PTR')).toEqual(['db.web']);
    expect(town.ask(app, six.toUpperCase(), 'PTR')).toEqual(['db.web']);
    expect(town.ask(app, six, 'A')).toEqual([]);
  });

  test('leads back to the address', () => {
    const { town, app } = smallTown();
    const [name = ''] = town.ask(app, '2.0.1.10.in-addr.arpa', 'PTR');
    expect(town.ask(app, name)).toEqual(['10.1.0.2']);
  });

  test('is nobody else’s to tell in a network of ours, and may be elsewhere', () => {
    const { town, app } = smallTown();
    const found = town.network('found', { ours: false });
    const both = town.sandbox('both', [{ network: found, number: 2 }]);
    expect(town.ask(app, '99.0.1.10.in-addr.arpa', 'PTR')).toBe('NXDOMAIN');
    expect(town.ask(both, '2.0.2.10.in-addr.arpa', 'PTR')).toEqual(['both.found']);
    expect(town.ask(both, '99.0.2.10.in-addr.arpa', 'PTR')).toBe('forward');
    expect(town.ask(both, '2.0.1.10.in-addr.arpa', 'PTR')).toBe('forward');
    expect(town.ask(both, '1.0.0.127.in-addr.arpa', 'PTR')).toBe('forward');
  });

  test('is asked elsewhere for every address that is in none of the networks', () => {
    const { town, app } = smallTown();
    const [mapped, own] = [0xffffn << 32n, 0xfd01n << 112n];
    const ipv6 = fc.oneof(
      fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).filter((address) => address >> 64n !== own >> 64n),
      fc.constantFrom(
        0n,
        1n,
        mapped,
        mapped | 0x0a01_0002n,
        own - 1n,
        own + (1n << 64n),
        0xfe80n << 112n,
        0xffn << 120n,
      ),
    );
    const ipv4 = fc.oneof(
      fc.nat({ max: 0xffffffff }).filter((address) => address >>> 16 !== 0x0a01),
      fc.constantFrom(0, 0xffffffff, 0x7f000001, 0x0a00ffff, 0x0a020000, 0xe0000001),
    );
    const name = fc.oneof(ipv4.map(reverse4), ipv6.map(reverse6));
    fc.assert(
      fc.property(name, (name) => town.ask(app, name, 'PTR') === 'forward'),
      { numRuns: 1000 },
    );
  });

  test('is gone with the sandbox', () => {
    const { town, db, app } = smallTown();
    expect(town.ask(app, six, 'PTR')).toEqual(['db.web']);
    town.remove(db);
    expect(town.ask(app, six, 'PTR')).toBe('NXDOMAIN');
  });

  test('is a short id where the name has a label that DNS has no room for', () => {
    const town = new Town();
    const web = town.network('web');
    const odd = town.network('o..dd');
    const app = town.sandbox('a..b', [
      { network: web, number: 2 },
      { network: odd, number: 2 },
    ]);
    expect(town.ask(app, '2.0.1.10.in-addr.arpa', 'PTR')).toEqual([`${app.id.slice(0, 12)}.web`]);
    expect(town.ask(app, '2.0.2.10.in-addr.arpa', 'PTR')).toEqual([app.id.slice(0, 12)]);
  });
});
