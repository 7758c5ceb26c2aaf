import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readListFilters, readPruneFilters } from '../../../src/cli/network-filter.js';
import type { NetworkInfo } from '../../../src/host/index.js';
import { bridge, created, none, shop } from './network-samples.js';

const empty = { ...none, id: '1'.repeat(64), name: 'empty', driver: 'macvlan' };
const networks = [bridge, empty, none, shop];
const listed = (...filters: string[]) => networks.filter(readListFilters(filters)).map(({ name }) => name);

describe('the filters of ls', () => {
  test.each([
    [[], ['bridge', 'empty', 'none', 'shop']],
    [['driver=bridge'], ['bridge', 'shop']],
    [['driver=brid'], []],
    [
      ['driver=bridge', 'driver=null'],
      ['bridge', 'none', 'shop'],
    ],
    [['id=5555'], ['shop']],
    [['name=e'], ['bridge', 'empty', 'none']],
    [['name=e', 'driver=bridge'], ['bridge']],
    [['scope=local'], ['bridge', 'empty', 'none', 'shop']],
    [['scope=swarm'], []],
    [['type=builtin'], ['bridge', 'none']],
    [['type=custom'], ['empty', 'shop']],
    [
      ['type=custom', 'type=builtin'],
      ['bridge', 'empty', 'none', 'shop'],
    ],
    [['dangling=true'], ['empty']],
    [['dangling=1'], ['empty']],
    [['dangling=false'], ['bridge', 'none', 'shop']],
    [['label=team'], ['shop']],
    [['label=team=shop'], ['shop']],
    [['label=team=other'], []],
    [['label=stage='], ['shop']],
    [['label=toString'], []],
    [['label=team', 'label=stage'], ['shop']],
    [['label=team', 'label=other'], []],
  ])('%j mean %j', (filters, names) => {
    expect(listed(...filters)).toEqual(names);
  });

  test.each([
    ['driver', 'option "filter" cannot be "driver": it is not KEY=VALUE'],
    ['drivr=bridge', 'option "filter" cannot be "drivr=bridge": there is no such key; did you mean "driver"?'],
    ['until=5m', 'option "filter" cannot be "until=5m": there is no such key'],
    ['constructor=x', 'option "filter" cannot be "constructor=x": there is no such key'],
    ['=x', 'option "filter" cannot be "=x": there is no such key'],
    ['type=own', 'option "filter" cannot be "type=own": it is none of builtin, custom'],
    ['dangling=maybe', 'option "filter" cannot be "dangling=maybe": it is none of 0, 1, true, false'],
    ['label==x', 'option "label" cannot be "=x": it has no key'],
  ])('cannot be %s', (filter, message) => {
    expect(() => listed(filter)).toThrow(expect.objectContaining({ code: 'EBADOPTION', message }));
  });

  test('of any text are read or refused', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.stringMatching(/^(label|name|type|id)=.*$/))), (filters) => {
        try {
          expect(typeof readListFilters(filters)(shop)).toBe('boolean');
        } catch (error) {
          expect(error).toMatchObject({ code: 'EBADOPTION' });
        }
      }),
    );
  });

  test('are alternatives within a key, and all needed across keys', () => {
    const filter = fc.record({ key: fc.constantFrom('name', 'driver'), value: fc.constantFrom('a', 'ab', 'b', 'c') });
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 5 }), fc.constantFrom('a', 'ab', 'c'), (asked, word) => {
        const network: NetworkInfo = { ...empty, name: word, driver: word };
        const values = (key: string) => asked.filter((one) => one.key === key).map(({ value }) => value);
        const [names, drivers] = [values('name'), values('driver')];
        const expected =
          (names.length === 0 || names.some((value) => word.includes(value))) &&
          (drivers.length === 0 || drivers.includes(word));
        expect(readListFilters(asked.map(({ key, value }) => `${key}=${value}`))(network)).toBe(expected);
      }),
    );
  });
});

describe('the filters of prune', () => {
  const now = created + 3_600_000;
  const pruned = (...filters: string[]) => networks.filter(readPruneFilters(filters, now)).map(({ name }) => name);

  test.each([
    [['until=59m'], 4],
    [['until=1h'], 0],
    [['until=61m'], 0],
    [['until=59m', 'until=61m'], 0],
    [['until=2026-01-02T03:04:06Z'], 4],
    [['until=2026-01-02T03:04:05Z'], 0],
    [['until=59m', 'label=team'], 1],
    [['label!=team'], 3],
    [['label!=team=shop'], 3],
    [['label!=team=other'], 4],
    [['label!=team', 'label!=other'], 3],
  ])('%j leave %i', (filters, count) => {
    expect(pruned(...filters)).toHaveLength(count);
  });

  test.each(['driver=bridge', 'until=', 'until=soon', 'label!', 'label!=', 'until'])('cannot be %j', (filter) => {
    expect(() => pruned(filter)).toThrow(expect.objectContaining({ code: 'EBADOPTION' }));
  });
});
