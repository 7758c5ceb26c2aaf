import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyOverlaps, parseAnySubnet } from '../../../src/address/index.js';
import { type DefaultPool, defaultPools, parsePools } from '../../../src/ipam/index.js';
import { refusal } from './allocator.js';

describe('parsePools', () => {
  test("is Docker's pools unless others are given", () => {
    const docker = Array.from({ length: 15 }, (_, i) => ({ base: `172.${17 + i}.0.0/16`, size: 16 }));
    expect(defaultPools).toEqual([...docker, { base: '192.168.0.0/16', size: 20 }]);
    expect(parsePools(undefined)).toBe(defaultPools);
    expect(parsePools([])).toBe(defaultPools);
  });

  test.each<[DefaultPool[]]>([
    [[{ base: '10.10.0.0/16', size: 24 }]],
    [[{ base: '10.10.0.0/16', size: 16 }]],
    [[{ base: '10.10.0.0/16', size: 31 }]],
    [[{ base: 'fd00::/48', size: 64 }]],
    [
      [
        { base: '10.10.0.0/16', size: 24 },
        { base: '10.11.0.0/16', size: 28 },
        { base: 'fd00::/8', size: 64 },
      ],
    ],
  ])('takes %j', (pools) => {
    expect(parsePools(pools)).toEqual(pools);
  });

  test.each<[unknown, RegExp]>([
    [{ base: '10.10.0.0/16', size: 24 }, /not a list/],
    ['base=10.10.0.0/16,size=24', /not a list/],
    [null, /not a list/],
    [[null], /keys base \(text\) and size/],
    [['10.10.0.0/16'], /keys base/],
    [[{ base: '10.10.0.0/16' }], /keys base/],
    [[{ size: 24 }], /keys base/],
    [[{ base: '10.10.0.0/16', size: '24' }], /keys base/],
    [[{ base: '10.10.0.0/16', size: 24, scope: 'local' }], /no others/],
    [[{ base: '10.10.0.0', size: 24 }], /no prefix length/],
    [[{ base: '10.10.0.1/16', size: 24 }], /the subnet is 10\.10\.0\.0\/16/],
    [[{ base: '10.10.0.0/16', size: 15 }], /from the prefix length of base, 16, to 31/],
    [[{ base: '10.10.0.0/16', size: 32 }], /to 31/],
    [[{ base: '10.10.0.0/16', size: 20.5 }], /to 31/],
    [[{ base: '10.10.0.0/16', size: Number.NaN }], /to 31/],
    [[{ base: 'fd00::/64', size: 128 }], /from the prefix length of base, 64, to 127/],
    [[{ base: '126.0.0.0/7', size: 24 }], /loopback/],
    [[{ base: 'fe80::/64', size: 80 }], /link-local/],
    [
      [
        { base: '10.10.0.0/16', size: 24 },
        { base: '10.0.0.0/8', size: 16 },
      ],
      /overlaps 10\.10\.0\.0\/16/,
    ],
    [
      [
        { base: 'fd00::/64', size: 80 },
        { base: 'fd00::/64', size: 96 },
      ],
      /overlaps fd00::\/64/,
    ],
    [[{ base: '10.10.0.0/16', size: 24n }], /24n/],
  ])('refuses %o', (value, message) => {
    expect(() => parsePools(value)).toThrow(refusal('EBADOPTION', message));
    expect(() => parsePools(value)).toThrow(/"default-address-pools"/);
  });

  test('lets nothing through that overlaps or does not fit, whatever it is given', () => {
    const base = fc
      .tuple(fc.nat({ max: 3 }), fc.integer({ min: 8, max: 14 }))
      .map(([i, prefix]) => `${10 + i}.0.0.0/${prefix}`);
    const pool = fc.record({
      base: fc.oneof(base, fc.string()),
      size: fc.oneof(fc.integer({ min: 6, max: 34 }), fc.double()),
    });
    fc.assert(
      fc.property(fc.oneof(fc.array(pool, { maxLength: 4 }), fc.anything()), (value) => {
        let pools: readonly DefaultPool[];
        try {
          pools = parsePools(value);
        } catch (error) {
          expect(error).toMatchObject({ code: 'EBADOPTION' });
          return;
        }
        const bases = pools.map(({ base, size }) => ({ base: parseAnySubnet(base), size }));
        bases.forEach(({ base, size }, i) => {
          expect(size).toBeGreaterThanOrEqual(base.subnet.prefix);
          expect(bases.slice(0, i).some((other) => anyOverlaps(other.base, base))).toBe(false);
        });
      }),
    );
  });
});
