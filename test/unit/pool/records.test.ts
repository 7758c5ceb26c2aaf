import { describe, expect, test } from 'vitest';
import { Shelf } from '../../../src/pool/shelf.js';
import {
  addSandbox,
  countPooled,
  halfDoneOf,
  networksOfPools,
  pooledFrom,
  removeSandbox,
  type SandboxRecord,
  shapesOfPool,
  shelveSandbox,
  takeSandbox,
  withdrawSandbox,
} from '../../../src/store/index.js';
import { openStore } from '../../support/store.js';

const [web, far] = ['a'.repeat(64), 'b'.repeat(64)];

/** One that is being built; `n` tells it from others. */
function entry(n: number, network = web, shape = 'plain'): SandboxRecord {
  const id = `${n}`.padStart(64, '0');
  const endpoint = {
    id,
    network,
    interface: 'eth0',
    address: '10.0.0.2',
    prefixLength: 16,
    macAddress: '02:42:0a:00:00:02',
    mtu: 1500,
    gatewayPriority: 0,
  };
  const own = { mode: 'network', state: 'pending', owner: '', bound: true, created: 0 } as const;
  return { id, name: `entry${n}`, ...own, netns: { kind: 'created' }, endpoints: [endpoint], pool: { shape } };
}

describe('the table of what can be taken', () => {
  test('has an entry from when it is complete until it is taken or withdrawn; before and after, it is half done', () => {
    openStore().transaction((tables) => {
      const [one, two] = [entry(1), entry(2)];
      const seen = () => [pooledFrom(tables, { network: web }), halfDoneOf(tables, web)];
      addSandbox(tables, one);
      addSandbox(tables, two);
      expect(seen()).toEqual([[], [one.id, two.id]]);
      shelveSandbox(tables, one);
      shelveSandbox(tables, two);
      expect(seen()).toEqual([[one.id, two.id], []]);

      const { pool: _, ...taken } = { ...one, name: 'web', state: 'ready' as const };
      takeSandbox(tables, { ...one, state: 'pooled' }, taken);
      expect(seen()).toEqual([[two.id], []]);
      expect([tables.names.get('entry1'), tables.names.get('web')]).toEqual([undefined, one.id]);
      expect(withdrawSandbox(tables, one.id)).toBeUndefined();

      const leaving = withdrawSandbox(tables, two.id);
      expect(leaving).toMatchObject({ state: 'leaving', owner: '' });
      expect(seen()).toEqual([[], [two.id]]);
      expect(withdrawSandbox(tables, two.id)).toBeUndefined();
      removeSandbox(tables, leaving as SandboxRecord);
      expect(seen()).toEqual([[], []]);
    });
  });

  test('is looked through once for what is no entry any more, and has it no longer then', () => {
    openStore().transaction((tables) => {
      const one = entry(1);
      addSandbox(tables, one);
      shelveSandbox(tables, one);
      // As somebody removes it who does not know of pools.
      tables.sandboxes.putSync(one.id, { ...one, state: 'leaving' });
      expect(new Shelf({ network: web, shape: 'plain' }).find(tables)).toBeUndefined();
      expect(pooledFrom(tables, { network: web })).toEqual([]);
    });
  });

  test('is asked for little when others have taken what was remembered', () => {
    openStore().transaction((tables) => {
      const shelf = new Shelf({ network: web, shape: 'plain' });
      for (let n = 1; n <= 1000; n++) {
        shelf.remember(entry(n).id);
      }
      let looks = 0;
      const get = (id: string) => {
        looks++;
        return tables.sandboxes.get(id);
      };
      const sandboxes = { ...tables.sandboxes, get };
      expect(shelf.find({ ...tables, sandboxes })).toBeUndefined();
      expect(looks).toBe(33);
    });
  });

  test('is told apart by network and shape, whatever is half done beside', () => {
    openStore().transaction((tables) => {
      const all = [entry(1), entry(2), entry(3, web, '0123456789abcdef'), entry(4, far)];
      for (const one of all) {
        addSandbox(tables, one);
        shelveSandbox(tables, one);
      }
      addSandbox(tables, entry(5));
      addSandbox(tables, entry(6, far));
      expect(networksOfPools(tables)).toEqual([web, far]);
      expect(shapesOfPool(tables, web)).toEqual(['0123456789abcdef', 'plain']);
      expect(shapesOfPool(tables, far)).toEqual(['plain']);
      expect(countPooled(tables, { network: web })).toBe(3);
      expect(countPooled(tables, { network: web, shape: 'plain' })).toBe(2);
      expect(pooledFrom(tables, { network: web, shape: 'plain' }, { after: all[0]?.id ?? '' })).toEqual([all[1]?.id]);
      expect(pooledFrom(tables, { network: web, shape: 'plain' }, { limit: 1 })).toEqual([all[0]?.id]);
    });
  });
});
