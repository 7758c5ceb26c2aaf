import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyOverlaps, parseAnySubnet } from '../../../src/address/index.js';
import { chooseSubnets, defaultPools, type SubnetWish, type Surroundings } from '../../../src/ipam/index.js';
import { refusal } from './allocator.js';

const nothing: SubnetWish = { subnets: [], gateways: [], ranges: [], auxiliary: {}, ipv6: false };

/** Subnets for what is asked, on a host with these ranges in use and these subnets of other networks. */
function choose(
  wish: Partial<SubnetWish>,
  {
    taken = [],
    others = {},
    ...more
  }: { taken?: string[]; others?: Record<string, string> } & Partial<Pick<Surroundings, 'pools'>> = {},
) {
  return chooseSubnets(
    { ...nothing, ...wish },
    {
      network: 'web',
      pools: defaultPools,
      taken: taken.map(parseAnySubnet),
      others: (asked) => {
        const found = Object.entries(others).find(([, subnet]) => anyOverlaps(parseAnySubnet(subnet), asked));
        return found && { network: found[0], subnet: found[1] };
      },
      ...more,
    },
  );
}

describe('chooseSubnets', () => {
  test('takes the first free one of the pools, with its first address as the gateway', () => {
    expect(choose({})).toEqual([{ subnet: '172.17.0.0/16', gateway: '172.17.0.1' }]);
    const around = { taken: ['172.17.0.0/24'], others: { a: '172.18.0.0/16', b: '172.20.0.0/16' } };
    expect(choose({}, around)).toEqual([{ subnet: '172.19.0.0/16', gateway: '172.19.0.1' }]);
    expect(() => choose({}, { taken: ['0.0.0.0/0'] })).toThrow(refusal('ENOPOOL', /"web"/));
    expect(() => choose({}, { pools: [{ base: 'fd00::/48', size: 64 }] })).toThrow(refusal('ENOPOOL'));
  });

  test('takes what is asked for, also where the host has a route', () => {
    const wish = { subnets: ['10.10.0.0/16'], gateways: ['10.10.9.9'], ranges: ['10.10.4.0/24'] };
    expect(choose(wish, { taken: ['10.0.0.0/8'] })).toEqual([
      { subnet: '10.10.0.0/16', gateway: '10.10.9.9', range: '10.10.4.0/24' },
    ]);
  });

  test('gives each address to the subnet it lies in, IPv4 first', () => {
    const wish = {
      subnets: ['fd00::/64', '10.0.0.0/24', '10.0.1.0/24'],
      gateways: ['10.0.1.254', 'FD00:0::9'],
      ranges: ['10.0.0.128/25', 'fd00::ff00/120'],
      auxiliary: { nas: '10.0.0.1', router: '10.0.1.1', printer: 'fd00::8' },
      ipv6: true,
    };
    expect(choose(wish)).toEqual([
      { subnet: '10.0.0.0/24', gateway: '10.0.0.2', range: '10.0.0.128/25', auxiliary: { nas: '10.0.0.1' } },
      { subnet: '10.0.1.0/24', gateway: '10.0.1.254', auxiliary: { router: '10.0.1.1' } },
      { subnet: 'fd00::/64', gateway: 'fd00::9', range: 'fd00::ff00/120', auxiliary: { printer: 'fd00::8' } },
    ]);
  });

  test('with IPv6 chooses a random local subnet, or one of the pools', () => {
    const [four, six] = choose({ ipv6: true });
    expect(four).toEqual({ subnet: '172.17.0.0/16', gateway: '172.17.0.1' });
    expect(six?.subnet).toMatch(/^fd[0-9a-f]{2}:.*::\/64$/);
    expect(six?.gateway).toBe(six?.subnet.replace('/64', '1'));
    expect(choose({ ipv6: true })[1]).not.toEqual(six);
    const pools = [...defaultPools, { base: 'fd12::/48', size: 64 }];
    const surroundings = { pools, taken: ['fd12::/63'], others: { a: 'fd12:0:0:2::/64' } };
    expect(choose({ ipv6: true }, surroundings)[1]).toEqual({ subnet: 'fd12:0:0:3::/64', gateway: 'fd12:0:0:3::1' });
    expect(() => choose({ ipv6: true }, { taken: ['fc00::/7'] })).toThrow(refusal('ENOPOOL'));
  });

  test('chooses only for the family that nothing was asked for', () => {
    expect(choose({ subnets: ['fd00::/64'], ipv6: true })).toEqual([
      { subnet: '172.17.0.0/16', gateway: '172.17.0.1' },
      { subnet: 'fd00::/64', gateway: 'fd00::1' },
    ]);
  });

  test.each<[string, Partial<SubnetWish>]>([
    ['a /31', { subnets: ['10.0.0.0/31'] }],
    ['a /30 with an auxiliary address', { subnets: ['10.0.0.0/30'], gateways: ['10.0.0.2'], ranges: ['10.0.0.0/30'] }],
    ['a /127', { subnets: ['fd00::/127'], ipv6: true }],
    ['a range of one address', { subnets: ['10.0.0.0/24'], ranges: ['10.0.0.2/32'] }],
    ['the limits of IPv4', { subnets: ['255.255.255.248/29', '1.0.0.0/8'] }],
  ])('takes %s', (_, wish) => {
    expect(() => choose(wish)).not.toThrow();
  });

  const one = ['10.0.0.0/24'];
  test.each<[string, string, Partial<SubnetWish>, RegExp]>([
    ['EBADCIDR', 'malformed', { subnets: ['10.0.0.0'] }, /no prefix length/],
    ['EBADCIDR', 'set host bits', { subnets: ['10.0.0.1/24'] }, /the subnet is 10\.0\.0\.0\/24/],
    ['EBADCIDR', 'set host bits of a range', { subnets: one, ranges: ['10.0.0.1/25'] }, /10\.0\.0\.0\/25/],
    ['EBADCIDR', 'a subnet that is none', { subnets: [7 as unknown as string] }, /subnet/],
    ['EBADADDR', 'a malformed gateway', { subnets: one, gateways: ['10.0.0'] }, /"10\.0\.0"/],
    [
      'EBADADDR',
      'a malformed auxiliary address',
      { subnets: one, auxiliary: { nas: '10.0.0.0/24' } },
      /10\.0\.0\.0\/24/,
    ],
    ['EBADOPTION', 'a nameless auxiliary address', { subnets: one, auxiliary: { '': '10.0.0.9' } }, /"aux-address"/],
    ['EBADOPTION', 'an unusable subnet', { subnets: ['127.0.0.0/8'] }, /"subnet".*"127\.0\.0\.0\/8".*loopback/],
    ['EBADOPTION', 'the whole of IPv4', { subnets: ['0.0.0.0/0'] }, /unspecified/],
    ['EBADOPTION', 'multicast', { subnets: ['239.1.0.0/16'] }, /multicast/],
    ['EBADOPTION', 'link-local', { subnets: ['fe80::/64'], ipv6: true }, /link-local/],
    ['EBADOPTION', 'IPv6 where there is none', { subnets: ['fd00::/64'] }, /"fd00::\/64".*ipv6/],
    ['EBADOPTION', 'too small a subnet', { subnets: ['10.0.0.0/32'] }, /"subnet".*"10\.0\.0\.0\/32".*no address left/],
    ['EBADOPTION', 'too small a subnet of IPv6', { subnets: ['fd00::/128'], ipv6: true }, /no address left/],
    [
      'EBADOPTION',
      'no room beside auxiliary addresses',
      { subnets: ['10.0.0.0/30'], auxiliary: { nas: '10.0.0.1' } },
      /no address left for a sandbox/,
    ],
    [
      'EBADOPTION',
      'auxiliary addresses alone',
      { subnets: ['10.0.0.0/30'], auxiliary: { nas: '10.0.0.1', router: '10.0.0.2' } },
      /no address left for a gateway/,
    ],
    [
      'EBADOPTION',
      'a range without room',
      { subnets: one, gateways: ['10.0.0.9'], ranges: ['10.0.0.9/32'] },
      /"ip-range".*"10\.0\.0\.9\/32".*no address left/,
    ],
    [
      'EBADOPTION',
      'a gateway outside',
      { subnets: one, gateways: ['10.0.1.1'] },
      /"gateway".*"10\.0\.1\.1".*10\.0\.0\.0\/24/,
    ],
    ['EBADOPTION', 'a gateway of the other family', { subnets: one, gateways: ['fd00::1'] }, /"gateway".*"fd00::1"/],
    ['EBADOPTION', 'a gateway without a subnet', { gateways: ['172.17.0.1'] }, /needs a subnet/],
    ['EBADOPTION', 'a range without a subnet', { ranges: ['172.17.4.0/24'] }, /needs a subnet/],
    [
      'EBADOPTION',
      'two gateways',
      { subnets: one, gateways: ['10.0.0.1', '10.0.0.2'] },
      /"10\.0\.0\.2".*has gateway 10\.0\.0\.1/,
    ],
    ['EBADOPTION', 'the network address', { subnets: one, gateways: ['10.0.0.0'] }, /the network address/],
    ['EBADOPTION', 'the broadcast address', { subnets: one, gateways: ['10.0.0.255'] }, /the broadcast address/],
    ['EBADOPTION', 'an anycast address', { subnets: ['fd00::/64'], gateways: ['fd00::'], ipv6: true }, /anycast/],
    ['EBADOPTION', 'a range outside', { subnets: one, ranges: ['10.0.1.0/25'] }, /"ip-range".*"10\.0\.1\.0\/25"/],
    ['EBADOPTION', 'a range wider than its subnet', { subnets: one, ranges: ['10.0.0.0/23'] }, /"ip-range"/],
    [
      'EBADOPTION',
      'two ranges',
      { subnets: one, ranges: ['10.0.0.0/25', '10.0.0.128/25'] },
      /"10\.0\.0\.128\/25".*has range 10\.0\.0\.0\/25/,
    ],
    ['EBADOPTION', 'an auxiliary address outside', { subnets: one, auxiliary: { nas: '10.0.1.9' } }, /nas=10\.0\.1\.9/],
    [
      'EBADOPTION',
      'an auxiliary gateway',
      { subnets: one, gateways: ['10.0.0.9'], auxiliary: { nas: '10.0.0.9' } },
      /"10\.0\.0\.9".*the gateway address/,
    ],
    [
      'EBADOPTION',
      'an address with two names',
      { subnets: one, auxiliary: { nas: '10.0.0.9', router: '10.0.0.9' } },
      /the auxiliary nas address/,
    ],
    [
      'EOVERLAP',
      'subnets that overlap',
      { subnets: ['10.0.0.0/24', '10.0.0.128/25'] },
      /10\.0\.0\.128\/25.*10\.0\.0\.0\/24.*"web"/,
    ],
    ['EOVERLAP', 'a subnet twice', { subnets: ['10.0.0.0/24', '10.0.0.0/24'] }, /"web"/],
    [
      'EOVERLAP',
      "another network's subnet",
      { subnets: ['10.64.0.0/10'] },
      /"10\.64\.0\.0\/10".*"10\.99\.0\.0\/16".*"other"/,
    ],
  ])('refuses with %s %s', (code, _, wish, message) => {
    expect(() => choose(wish, { others: { other: '10.99.0.0/16' } })).toThrow(refusal(code, message));
  });

  test('takes and refuses what a model of lists of addresses does', () => {
    const subnet = fc
      .tuple(fc.nat({ max: 63 }), fc.integer({ min: 27, max: 32 }))
      .map(([host, prefix]) => new Block(host, prefix));
    const address = fc.nat({ max: 63 });
    const few = <Item>(item: fc.Arbitrary<Item>, maxLength: number) => fc.array(item, { maxLength, size: 'max' });
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(few(subnet, 3), few(address, 2), few(subnet, 2), few(address, 3), few(subnet, 1), (...asked) => {
        const [subnets, gateways, ranges, auxiliary, others] = asked;
        const expected = modelOf(subnets, gateways, ranges, auxiliary, others);
        const wish = {
          subnets: subnets.map(String),
          gateways: gateways.map(text),
          ranges: ranges.map(String),
          auxiliary: Object.fromEntries(auxiliary.map((one, i) => [`n${i}`, text(one)])),
        };
        const named = Object.fromEntries(others.map((one, i) => [`other${i}`, String(one)]));
        let found: object[] | undefined;
        try {
          found = choose(wish, { others: named, pools: [] }).map(({ subnet, gateway }) => ({ subnet, gateway }));
        } catch (error) {
          expect(['EBADOPTION', 'EOVERLAP', 'ENOPOOL']).toContain((error as { code: string }).code);
        }
        expect(found).toEqual(expected);
        outcomes.add(expected ? 'taken' : 'refused');
      }),
      { numRuns: 5000 },
    );
    expect(outcomes.size).toBe(2);
  });
});

const text = (host: number) => `10.0.0.${host}`;

/** A subnet of 10.0.0.0/26, and which of its addresses are what. */
class Block {
  readonly all: readonly number[];
  readonly usable: readonly number[];
  readonly #prefix: number;

  constructor(host: number, prefix: number) {
    const size = 2 ** (32 - prefix);
    const first = Math.floor(host / size) * size;
    this.#prefix = prefix;
    this.all = Array.from({ length: size }, (_, i) => first + i);
    this.usable = size > 2 ? this.all.slice(1, -1) : this.all;
  }

  has(other: Block): boolean {
    return other.all.every((host) => this.all.includes(host));
  }

  meets(other: Block): boolean {
    return other.all.some((host) => this.all.includes(host));
  }

  toString(): string {
    return `${text(this.all[0] ?? 0)}/${this.#prefix}`;
  }
}

/** The subnets with their gateways; nothing where they are to be refused. */
function modelOf(subnets: Block[], gateways: number[], ranges: Block[], auxiliary: number[], others: Block[]) {
  const meetsAny = subnets.some((one, i) => [...subnets.slice(0, i), ...others].some((other) => one.meets(other)));
  const isInside = (host: number) => subnets.some(({ usable }) => usable.includes(host));
  const areInside =
    [...gateways, ...auxiliary].every(isInside) && ranges.every((range) => subnets.some((one) => one.has(range)));
  const areDistinct = new Set([...gateways, ...auxiliary]).size === gateways.length + auxiliary.length;
  if (subnets.length === 0 || meetsAny || !areInside || !areDistinct) {
    return undefined;
  }
  const found = subnets.map((one) => {
    const ownGateways = gateways.filter((host) => one.all.includes(host));
    const ownRanges = ranges.filter((range) => one.has(range));
    const [range = one] = ownRanges;
    const gateway = ownGateways[0] ?? one.usable.find((host) => !auxiliary.includes(host));
    const left = one.usable.filter((host) => range.all.includes(host) && host !== gateway && !auxiliary.includes(host));
    const isFine = ownGateways.length < 2 && ownRanges.length < 2 && left.length > 0;
    return isFine && gateway !== undefined ? { subnet: String(one), gateway: text(gateway) } : undefined;
  });
  return found.includes(undefined) ? undefined : found;
}
