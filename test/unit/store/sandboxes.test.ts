import { describe, expect, test } from 'vitest';
import { newId, parseReference } from '../../../src/address/index.js';
import {
  addSandbox,
  allSandboxes,
  findSandbox,
  removeSandbox,
  type SandboxRecord,
  takeHostIndex,
  updateSandbox,
} from '../../../src/store/index.js';
import { openStore } from '../../support/store.js';

function sandbox(name: string, change: Partial<SandboxRecord> = {}): SandboxRecord {
  return {
    id: newId(),
    name,
    mode: 'bridge',
    state: 'pending',
    owner: '',
    bound: false,
    created: 0,
    netns: { kind: 'created' },
    endpoints: [],
    ...change,
  };
}

/** Some sandboxes on record. */
function storeOf(...records: SandboxRecord[]) {
  const store = openStore();
  store.transaction((tables) => {
    for (const record of records) {
      addSandbox(tables, record);
    }
  });
  const find = (text: string) => store.read((tables) => findSandbox(tables, parseReference(text, 'sandbox')));
  return { store, find };
}

describe('sandboxes on record', () => {
  const [abc, abd] = [`abc${'0'.repeat(61)}`, `abd${'0'.repeat(61)}`];

  test('are found by name, id, or the beginning of it', () => {
    const web = sandbox('web', { id: abc });
    const { find } = storeOf(web, sandbox('api', { id: abd }));
    for (const text of ['web', abc, 'abc', abc.slice(0, 12)]) {
      expect(find(text)).toEqual(web);
    }
    expect(find('abe')).toBeUndefined();
    expect(find('we')).toBeUndefined();
    expect(find(`${abc.slice(0, 63)}1`)).toBeUndefined();
  });

  test('are found by name first: a name may look like the beginning of another id', () => {
    const named = sandbox('abc');
    const { find } = storeOf(sandbox('web', { id: abc }), named);
    expect(find('abc')).toEqual(named);
    expect(find('abc0')?.name).toBe('web');
  });

  test('are not guessed: a beginning that fits two is refused', () => {
    const { find } = storeOf(sandbox('web', { id: abc }), sandbox('api', { id: abd }));
    expect(() => find('ab')).toThrow(expect.objectContaining({ code: 'EAMBIGUOUS' }));
  });

  test('have names of their own', () => {
    const web = sandbox('web');
    const { store, find } = storeOf(web);
    expect(() => store.transaction((tables) => addSandbox(tables, sandbox('web')))).toThrow(
      expect.objectContaining({ code: 'ENAMEINUSE', message: expect.stringContaining(web.id.slice(0, 12)) }),
    );
    expect(find('web')).toEqual(web);
  });

  test('leave nothing when they go, and can go twice', () => {
    const web = sandbox('web', { cookie: '7' });
    const { store } = storeOf(web);
    store.transaction((tables) => updateSandbox(tables, web));
    store.transaction((tables) => removeSandbox(tables, web));
    const successor = sandbox('web', { cookie: '7' });
    store.transaction((tables) => {
      addSandbox(tables, successor);
      updateSandbox(tables, successor);
      // Late, and about one that has gone before.
      removeSandbox(tables, web);
    });
    store.read((tables) => {
      expect(allSandboxes(tables)).toEqual([successor]);
      expect([...tables.names.getRange({})]).toEqual([{ key: 'web', value: successor.id }]);
      expect([...tables.cookies.getRange({})]).toEqual([{ key: '7', value: successor.id }]);
    });
  });

  test('a namespace belongs to whoever joined it first, and to none that shares it', () => {
    const [first, second] = [sandbox('first', { cookie: '7' }), sandbox('second', { cookie: '7' })];
    const sharing = sandbox('sharing', { cookie: '8', netns: { kind: 'shared', sandbox: first.id } });
    const { store } = storeOf(first, second, sharing);
    store.transaction((tables) => {
      for (const record of [first, second, sharing]) {
        updateSandbox(tables, record);
      }
      removeSandbox(tables, second);
    });
    expect(store.read(({ cookies }) => [...cookies.getRange({})])).toEqual([{ key: '7', value: first.id }]);
  });
});

describe('numbers for interfaces', () => {
  test('rise, and pass over those that others have', () => {
    const store = openStore();
    const take = (...taken: number[]) => store.transaction((tables) => takeHostIndex(tables, new Set(taken)));
    expect([take(), take(), take(1_000_002, 1_000_003, 1_000_005), take(2 ** 31 - 1), take()]).toEqual([
      1_000_000, 1_000_001, 1_000_004, 1_000_005, 1_000_006,
    ]);
  });
});
