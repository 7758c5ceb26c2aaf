import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newId } from '../../../src/address/index.js';
import { addAliases, refuseAliases, removeAliases } from '../../../src/endpoint/record-names.js';
import type { NetworkRecord, Tables } from '../../../src/store/index.js';
import { openStore } from '../../support/store.js';

const flags = { internal: false, attachable: false, ipv6: false, ours: true };
const web: NetworkRecord = {
  ...{ id: newId(), name: 'web', driver: 'bridge', created: 0 },
  ...{ ...flags, subnets: [{ subnet: '10.1.0.0/24', gateway: '10.1.0.1' }], options: {}, labels: {} },
};

/** Who is found under an alias, as whoever answers queries looks. */
function holders({ aliases }: Tables, network: string, alias: string): string[] {
  const rows = aliases.getRange({ start: [network, `${alias} `], end: [network, `${alias}!`] });
  return [...rows].map(({ key: [, row] }) => row.slice(alias.length + 1));
}

describe('aliases', () => {
  test('are those that were added and not removed, of each network its own', () => {
    const networks = [newId(), newId()];
    const sandboxes = Array.from({ length: 4 }, newId);
    // Some of them begin as others do.
    const names = ['db', 'db-1', 'd', 'db.shop', 'x'.repeat(253 - 190)];
    const change = fc.record({
      isAdded: fc.boolean(),
      network: fc.constantFrom(...networks),
      sandbox: fc.constantFrom(...sandboxes),
      aliases: fc.uniqueArray(fc.constantFrom(...names)),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const store = openStore();
        const known = new Set<string>();
        store.transaction((tables) => {
          for (const { isAdded, network, sandbox, aliases } of changes) {
            (isAdded ? addAliases : removeAliases)(tables, sandbox, { network, aliases });
            for (const alias of aliases) {
              known[isAdded ? 'add' : 'delete'](`${network} ${alias} ${sandbox}`);
            }
          }
          for (const network of networks) {
            for (const alias of names) {
              const expected = sandboxes.filter((sandbox) => known.has(`${network} ${alias} ${sandbox}`)).sort();
              expect(holders(tables, network, alias)).toEqual(expected);
            }
          }
        });
      }),
      { numRuns: 20 },
    );
  });

  test('an endpoint without any writes nothing', () => {
    const store = openStore();
    store.transaction((tables) => {
      addAliases(tables, newId(), { network: newId() });
      removeAliases(tables, newId(), { network: newId() });
      expect([...tables.aliases.getRange({})]).toEqual([]);
    });
  });

  test('the longest there are fit into a key', () => {
    const store = openStore();
    const alias = `${`${'x'.repeat(49)}.`.repeat(5)}xyz`;
    const [network, sandbox] = [newId(), newId()];
    store.transaction((tables) => {
      addAliases(tables, sandbox, { network, aliases: [alias] });
      expect(holders(tables, network, alias)).toEqual([sandbox]);
    });
  });

  test.each<[string, Partial<NetworkRecord>]>([
    ['the default network', { name: 'bridge' }],
    ['a network of macvlans', { driver: 'macvlan' }],
    ['a network without names', { options: { 'netplumb.dns': 'false' } }],
  ])('are refused in %s', (_, change) => {
    const record = { ...web, ...change };
    expect(() => refuseAliases({ aliases: ['db'] }, { record })).toThrow(
      expect.objectContaining({ code: 'EBADOPTION', hint: expect.stringContaining('--disable-dns') }),
    );
    expect(() => refuseAliases({ aliases: [] }, { record })).not.toThrow();
  });

  test('are welcome in a network with names', () => {
    expect(() => refuseAliases({ aliases: ['db'] }, { record: web })).not.toThrow();
  });
});
