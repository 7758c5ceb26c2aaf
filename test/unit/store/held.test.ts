import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeldTables } from '../../../src/store/held.js';
import type { Table } from '../../../src/store/store.js';

type Key = [string, number];

/** A table in memory that counts what is asked of it. */
function tableOf(rows: ReadonlyMap<string, number> = new Map()) {
  const kept = new Map(rows);
  const asked = { gets: 0, puts: 0, removals: 0 };
  const name = (key: Key) => JSON.stringify(key);
  const table: Table<number, Key> = {
    get: (key) => {
      asked.gets++;
      return kept.get(name(key));
    },
    putSync: (key, value) => {
      asked.puts++;
      kept.set(name(key), value);
    },
    removeSync: (key) => {
      asked.removals++;
      return kept.delete(name(key));
    },
    getRange: () => [...kept].map(([key, value]) => ({ key: JSON.parse(key) as Key, value })),
    keys: () => [...kept.keys()].map((key) => JSON.parse(key) as Key),
    count: () => kept.size,
  };
  return { table, kept, asked };
}

const key = fc.tuple(fc.constantFrom('a', 'b'), fc.nat(2));
const action = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), key, value: fc.nat(9) }),
  fc.record({ kind: fc.constantFrom('get' as const, 'remove' as const), key }),
  fc.record({ kind: fc.constantFrom('range' as const, 'keys' as const, 'count' as const) }),
);

/** What is seen of a table while that happens to it. */
function seen(
  table: Table<number, Key>,
  actions: readonly (typeof action extends fc.Arbitrary<infer A> ? A : never)[],
) {
  return actions.map((one) => {
    switch (one.kind) {
      case 'put':
        table.putSync(one.key, one.value);
        return undefined;
      case 'get':
        return table.get(one.key);
      case 'remove':
        return table.removeSync(one.key);
      case 'range':
        return [...table.getRange({})].map(({ key, value }) => `${key} ${value}`).sort();
      case 'keys':
        return [...table.keys({})].map(String).sort();
      default:
        return table.count({});
    }
  });
}

describe('a held table', () => {
  test('shows and leaves behind what the table itself would', () => {
    fc.assert(
      fc.property(fc.array(fc.array(action)), (transactions) => {
        const [plain, below] = [tableOf(), tableOf()];
        const all = new HeldTables();
        const held = all.hold(below.table);
        for (const actions of transactions) {
          expect(all.during(() => seen(held, actions))).toEqual(seen(plain.table, actions));
          expect([...below.kept].sort()).toEqual([...plain.kept].sort());
        }
      }),
    );
  });

  test('is read and written once in a transaction', () => {
    const { table, kept, asked } = tableOf(new Map([['["a",0]', 3]]));
    const all = new HeldTables();
    const held = all.hold(table);
    all.during(() => {
      for (let i = 0; i < 100; i++) {
        held.putSync(['a', 0], (held.get(['a', 0]) ?? 0) + 1);
      }
    });
    expect([kept.get('["a",0]'), asked]).toEqual([103, { gets: 1, puts: 1, removals: 0 }]);
  });

  test('has forgotten everything when the work throws, and is the table itself afterwards', () => {
    const { table, kept } = tableOf();
    const all = new HeldTables();
    const held = all.hold(table);
    const work = () => {
      held.putSync(['a', 0], 1);
      throw new Error('no');
    };
    expect(() => all.during(work)).toThrow('no');
    expect([held.get(['a', 0]), kept.size]).toEqual([undefined, 0]);
    held.putSync(['a', 1], 2);
    expect(kept.get('["a",1]')).toBe(2);
  });

  test('has one transaction at a time', () => {
    const all = new HeldTables();
    expect(() => all.during(() => all.during(() => 1))).toThrow('a transaction within a transaction');
    expect(all.during(() => 1)).toBe(1);
  });
});
