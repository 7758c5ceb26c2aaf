import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, leaseExact, leaseNext, poolsOf, reserve, resumeBehind } from '../../../src/ipam/index.js';
import type { SubnetRecord, Tables } from '../../../src/store/index.js';
import { openStore } from '../../support/store.js';
import { networkWith } from './allocator.js';

const family6 = (subnets: readonly SubnetRecord[]) => subnets.some(({ subnet }) => subnet.includes(':'));

/** What is given out next, in order, after the records were lost and these addresses were found in use. */
function drainAfter(subnets: readonly SubnetRecord[], inUse: readonly string[], most = 1000): string[] {
  const record = networkWith(...subnets);
  const pools = poolsOf(record).filter(({ family }) => (family === 6) === family6(subnets));
  return openStore().transaction((tables: Tables) => {
    reserve(tables, record);
    const leased = inUse.map((address) => leaseExact(tables, pools, 'living', address));
    resumeBehind(tables, pools, leased);
    const drained: string[] = [];
    try {
      while (drained.length < most) {
        drained.push(addressOf(leaseNext(tables, pools, 'new').slot));
      }
    } catch (error) {
      expect(error).toMatchObject({ code: 'EPOOL' });
    }
    return drained;
  });
}

const small: SubnetRecord = { subnet: '10.0.0.0/29', gateway: '10.0.0.1' };

describe('after records were lost', () => {
  test.each<[string, SubnetRecord[], string[], string[]]>([
    ['nothing is in use', [small], [], ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']],
    ['others come first', [small], ['10.0.0.4'], ['10.0.0.5', '10.0.0.6', '10.0.0.2', '10.0.0.3']],
    ['the last is in use', [small], ['10.0.0.6'], ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5']],
    [
      'one outside the range counts for nothing',
      [{ subnet: '10.0.0.0/24', gateway: '10.0.0.1', range: '10.0.0.8/30' }],
      ['10.0.0.200', '10.0.0.9'],
      ['10.0.0.10', '10.0.0.11', '10.0.0.8'],
    ],
    [
      'the second subnet has been begun',
      [small, { subnet: '10.9.0.0/29', gateway: '10.9.0.1' }],
      ['10.9.0.3'],
      ['10.9.0.4', '10.9.0.5', '10.9.0.6', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6', '10.9.0.2'],
    ],
  ])('%s', (_, subnets, inUse, expected) => {
    expect(drainAfter(subnets, inUse)).toEqual(expected);
  });

  test('an IPv6 address far away does not make all those before it rest', () => {
    const subnets = [{ subnet: 'fd00::/64', gateway: 'fd00::1' }];
    expect(drainAfter(subnets, ['fd00::5', 'fd00::ffff:0:0:1'], 3)).toEqual(['fd00::6', 'fd00::7', 'fd00::8']);
  });

  test('every address that is free is given out once, whatever is in use', () => {
    const host = fc.integer({ min: 2, max: 14 });
    fc.assert(
      fc.property(fc.uniqueArray(host), (hosts) => {
        const inUse = hosts.map((one) => `10.0.0.${one}`);
        const drained = drainAfter([{ subnet: '10.0.0.0/28', gateway: '10.0.0.1' }], inUse);
        const all = Array.from({ length: 13 }, (_, i) => `10.0.0.${i + 2}`);
        expect([...drained, ...inUse].sort()).toEqual(all.sort());
        const highest = Math.max(1, ...hosts);
        const isFresh = (address: string) => Number(address.split('.')[3]) > highest;
        const firstRested = drained.findIndex((one) => !isFresh(one));
        expect(drained.slice(firstRested < 0 ? drained.length : firstRested).some(isFresh)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});
