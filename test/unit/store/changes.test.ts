import { describe, expect, test } from 'vitest';
import { newId } from '../../../src/address/index.js';
import { changesKept } from '../../../src/store/changes.js';
import {
  addNetwork,
  addSandbox,
  changesAfter,
  type EndpointRecord,
  latestChange,
  type NetworkRecord,
  type RecordChange,
  removeNetwork,
  removeSandbox,
  type SandboxRecord,
  type Store,
  type Tables,
  updateSandbox,
} from '../../../src/store/index.js';
import { openStore } from '../../support/store.js';

function sandbox(change: Partial<SandboxRecord> = {}): SandboxRecord {
  const own = { id: newId(), name: 'web', owner: '', bound: false, created: 0 };
  const rest = { mode: 'bridge', state: 'pending', netns: { kind: 'created' }, endpoints: [] } as const;
  return { ...own, ...rest, ...change };
}

function endpoint(change: Partial<EndpointRecord> = {}): EndpointRecord {
  const addressing = { address: '172.17.0.2', prefixLength: 16, macAddress: '02:42:ac:11:00:02', mtu: 1500 };
  return { id: newId(), network: newId(), interface: 'eth0', gatewayPriority: 0, ...addressing, ...change };
}

function network(name: string): NetworkRecord {
  const flags = { internal: false, attachable: false, ipv6: false, ours: true };
  return { id: newId(), name, driver: 'bridge', created: 0, ...flags, subnets: [], options: {}, labels: {} };
}

/** What the followers of these transactions are told. */
function changesOf(store: Store, ...transactions: ((tables: Tables) => void)[]): RecordChange[] {
  const before = store.read(latestChange);
  for (const work of transactions) {
    store.transaction(work);
  }
  return store.read((tables) => changesAfter(tables, before, 1000)) ?? [];
}

const told = (change: Record<string, unknown>) => expect.objectContaining(change);

describe('changes of sandboxes', () => {
  test('are told when one is attached and when all of it is gone, with its endpoints', () => {
    const one = endpoint();
    const pending = sandbox({ endpoints: [one] });
    const ready: SandboxRecord = { ...pending, state: 'ready', cookie: '1' };
    const { id, name, mode } = pending;
    const changes = changesOf(
      openStore(),
      (tables) => addSandbox(tables, pending),
      (tables) => updateSandbox(tables, ready),
      (tables) => updateSandbox(tables, { ...ready, state: 'leaving' }),
      (tables) => removeSandbox(tables, ready),
    );
    expect(changes).toEqual([
      told({ kind: 'sandbox', id, name, mode, action: 'attached', connected: [one], disconnected: [] }),
      told({ kind: 'sandbox', id, name, mode, action: 'detached', connected: [], disconnected: [one] }),
    ]);
  });

  test('are told of one that has no namespace of its own', () => {
    const host = sandbox({ state: 'ready', netns: { kind: 'host' }, mode: 'host' });
    const changes = changesOf(
      openStore(),
      (tables) => addSandbox(tables, host),
      (tables) => removeSandbox(tables, host),
    );
    expect(changes).toEqual([told({ action: 'attached' }), told({ action: 'detached' })]);
  });

  test('are told once of one that is detached again after it could not be', () => {
    const ready = sandbox({ state: 'ready', cookie: '1' });
    const leaving: SandboxRecord = { ...ready, state: 'leaving' };
    const store = openStore();
    store.transaction((tables) => addSandbox(tables, ready));
    const changes = changesOf(
      store,
      (tables) => updateSandbox(tables, leaving),
      (tables) => removeSandbox(tables, leaving),
      (tables) => removeSandbox(tables, leaving),
    );
    expect(changes).toEqual([told({ action: 'detached' })]);
  });

  test('are not told of one that never came to be', () => {
    const pending = sandbox({ endpoints: [endpoint()] });
    const leaving: SandboxRecord = { ...pending, state: 'leaving' };
    const store = openStore();
    const changes = changesOf(
      store,
      (tables) => addSandbox(tables, pending),
      (tables) => removeSandbox(tables, pending),
      (tables) => addSandbox(tables, pending),
      (tables) => updateSandbox(tables, leaving),
      (tables) => removeSandbox(tables, leaving),
    );
    expect(changes).toEqual([]);
  });

  test('are told of endpoints that come and go', () => {
    const [first, second] = [endpoint(), endpoint()];
    const making: EndpointRecord = { ...second, unsettled: 'coming' };
    const ready = sandbox({ state: 'ready', cookie: '1', endpoints: [first] });
    const store = openStore();
    store.transaction((tables) => addSandbox(tables, ready));
    const to = (state: SandboxRecord['state'], ...endpoints: EndpointRecord[]) => {
      return (tables: Tables) => updateSandbox(tables, { ...ready, state, endpoints });
    };
    const { id } = ready;
    const connecting = changesOf(store, to('changing', first, making), to('ready', first, second));
    expect(connecting).toEqual([told({ id, connected: [second], disconnected: [] })]);
    expect(connecting[0]).not.toHaveProperty('action');
    const disconnecting = changesOf(
      store,
      to('changing', { ...first, unsettled: 'coming' }, second),
      to('ready', second),
    );
    expect(disconnecting).toEqual([told({ id, connected: [], disconnected: [first] })]);
    expect(changesOf(store, to('changing', making), to('ready', second))).toHaveLength(2);
  });
});

test('changes of networks are told', () => {
  const web = network('web');
  const changes = changesOf(
    openStore(),
    (tables) => addNetwork(tables, web),
    (tables) => removeNetwork(tables, web),
    (tables) => removeNetwork(tables, web),
  );
  expect(changes).toEqual([
    told({ kind: 'network', action: 'created', network: web }),
    told({ kind: 'network', action: 'removed', network: web }),
  ]);
});

describe('a follower', () => {
  test('reads on where it stopped, as much as it wants', () => {
    const store = openStore();
    const names = ['one', 'two', 'three'];
    const changes = changesOf(store, (tables) => {
      for (const name of names) {
        addNetwork(tables, network(name));
      }
    });
    expect(changes.map(({ number }) => number)).toEqual([1, 2, 3]);
    const read = (number: number, limit: number) => store.read((tables) => changesAfter(tables, number, limit));
    expect(read(0, 2)).toEqual(changes.slice(0, 2));
    expect(read(2, 2)).toEqual(changes.slice(2));
    expect(read(3, 2)).toEqual([]);
  });

  test('is told when it has missed some', () => {
    const store = openStore();
    const record = network('one');
    store.transaction((tables) => {
      for (let i = 0; i <= changesKept / 2; i++) {
        addNetwork(tables, record);
        removeNetwork(tables, record);
      }
    });
    const latest = store.read(latestChange);
    expect(latest).toBe(changesKept + 2);
    expect(store.read((tables) => changesAfter(tables, 1, 10))).toBeUndefined();
    expect(store.read((tables) => changesAfter(tables, 2, 2))?.map(({ number }) => number)).toEqual([3, 4]);
    expect(store.read((tables) => changesAfter(tables, latest, 2))).toEqual([]);
    expect(store.read((tables) => changesAfter(tables, latest + 1, 2))).toBeUndefined();
    expect([...store.read(({ changes }) => [...changes.getRange({})])]).toHaveLength(changesKept);
  });

  test('sees nothing of a transaction that was taken back', () => {
    const store = openStore();
    const fail = () =>
      store.transaction((tables) => {
        addNetwork(tables, network('one'));
        throw new Error('no');
      });
    expect(fail).toThrow('no');
    expect(store.read(latestChange)).toBe(0);
  });
});
