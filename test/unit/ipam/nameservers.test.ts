import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAnySubnet } from '../../../src/address/index.js';
import { nameserverRanges } from '../../../src/ipam/index.js';

const ranges = (text: string) => nameserverRanges(text).map(formatAnySubnet);

describe('nameserverRanges', () => {
  test('are the addresses of the name servers, in their order', () => {
    const text =
      '# made by a machine\nsearch example.org\nnameserver 172.17.0.53\nnameserver\tfd00::53\nnameserver 9.9.9.9';
    expect(ranges(text)).toEqual(['172.17.0.53/32', 'fd00::53/128', '9.9.9.9/32']);
  });

  test.each([
    ['', []],
    ['nameserver', []],
    ['nameserver \n', []],
    ['nameserver\n10.0.0.1', []],
    [' nameserver 10.0.0.1', []],
    ['nameservers 10.0.0.1', []],
    ['; nameserver 10.0.0.1', []],
    ['# nameserver 10.0.0.1', []],
    ['nameserver ns.example.org', []],
    ['nameserver 10.0.0.256', []],
    ['nameserver 10.0.0.1/8', []],
    ['nameserver fe80::1%eth0', ['fe80::1/128']],
    ['nameserver 10.0.0.1 # mine', ['10.0.0.1/32']],
    ['nameserver 10.0.0.1#mine', ['10.0.0.1/32']],
    ['nameserver 10.0.0.1\r\nnameserver 10.0.0.2\r\n', ['10.0.0.1/32', '10.0.0.2/32']],
  ])('of %j', (text, expected) => {
    expect(ranges(text)).toEqual(expected);
  });

  test('reads any text', () => {
    const line = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }).map((rest) => `nameserver ${rest}`),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = [...lines, 'nameserver 10.0.0.1'].join('\n');
        expect(ranges(text)).toContain('10.0.0.1/32');
      }),
    );
  });
});
