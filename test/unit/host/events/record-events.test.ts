import { describe, expect, onTestFinished, test } from 'vitest';
import { newId } from '../../../../src/address/index.js';
import type { HostEvent } from '../../../../src/host/events/event.js';
import { RecordEvents } from '../../../../src/host/events/record-events.js';
import {
  addNetwork,
  addSandbox,
  type NetworkRecord,
  removeNetwork,
  removeSandbox,
  type SandboxRecord,
  type Store,
} from '../../../../src/store/index.js';
import { openStore } from '../../../support/store.js';

function network(name: string): NetworkRecord {
  const flags = { internal: false, attachable: false, ipv6: false, ours: true };
  return { id: newId(), name, driver: 'bridge', created: 0, ...flags, subnets: [], options: {}, labels: {} };
}

/** A sandbox with one endpoint on each of these networks. */
function sandbox(name: string, ...networks: string[]): SandboxRecord {
  const addressing = { address: '172.17.0.2', prefixLength: 16, macAddress: '02:42:ac:11:00:02', mtu: 1500 };
  const endpoints = networks.map((id, i) => {
    return { id: newId(), network: id, interface: `eth${i}`, gatewayPriority: 0, ...addressing };
  });
  const rest = { mode: 'bridge', state: 'ready', netns: { kind: 'created' }, cookie: '1' } as const;
  return { id: newId(), name, owner: '', bound: false, created: 0, ...rest, endpoints };
}

/** Events of records from now on, read one after another. */
function following(store: Store) {
  const records = new RecordEvents(store);
  onTestFinished(() => records.close());
  const events = records.events();
  const take = async (count: number) => {
    const taken: HostEvent[] = [];
    while (taken.length < count) {
      const { done, value } = await events.next();
      if (done) {
        throw new Error('it is over');
      }
      taken.push(value);
    }
    return taken;
  };
  return { take, records, events };
}

const told = (event: Record<string, unknown>) => expect.objectContaining({ time: expect.any(Number), ...event });

describe('events of records', () => {
  test('begin where they were asked for', async () => {
    const store = openStore();
    store.transaction((tables) => addNetwork(tables, network('before')));
    const { take } = following(store);
    store.transaction((tables) => addNetwork(tables, network('after')));
    expect(await take(1)).toEqual([told({ action: 'created', name: 'after', driver: 'bridge' })]);
  });

  test('know the name of a network that is gone by now', async () => {
    const store = openStore();
    const [old, made] = [network('old'), network('made')];
    const web = sandbox('web', old.id, made.id, newId());
    store.transaction((tables) => addNetwork(tables, old));
    const { take } = following(store);
    store.transaction((tables) => {
      addNetwork(tables, made);
      addSandbox(tables, web);
      removeSandbox(tables, web);
      removeNetwork(tables, old);
      removeNetwork(tables, made);
    });
    const events = await take(11);
    expect(
      events.flatMap((event) => (event.type === 'endpoint' ? [`${event.action} ${event.network?.name}`] : [])),
    ).toEqual([
      'connected old',
      'connected made',
      'connected undefined',
      'disconnected old',
      'disconnected made',
      'disconnected undefined',
    ]);
    expect(events.map(({ type }) => type).join(' ')).toBe(
      'network sandbox endpoint endpoint endpoint endpoint endpoint endpoint sandbox network network',
    );
  });

  test('tell of both ends of a link between two sandboxes', async () => {
    const store = openStore();
    const [web, db] = [sandbox('web', 'links'), sandbox('db', 'links')];
    const linked = (one: SandboxRecord, peer: string) => {
      return { ...one, endpoints: one.endpoints.map((end) => ({ ...end, link: { id: 'f'.repeat(64), peer } })) };
    };
    const { take } = following(store);
    store.transaction((tables) => {
      addSandbox(tables, linked(web, db.id));
      addSandbox(tables, linked(db, newId()));
    });
    const ends = (await take(4)).filter((event) => event.type === 'endpoint');
    expect(ends).toEqual([
      told({ sandbox: { id: web.id, name: 'web' }, peer: { id: db.id, name: 'db' } }),
      told({ sandbox: { id: db.id, name: 'db' }, peer: { id: expect.any(String) } }),
    ]);
    expect(ends[0]).not.toHaveProperty('network');
  });

  test('are all told, however many there were at once', async () => {
    const store = openStore();
    const { take } = following(store);
    const names = Array.from({ length: 1000 }, (_, i) => `net-${i}`);
    for (let i = 0; i < names.length; i += 100) {
      store.transaction((tables) => {
        for (const name of names.slice(i, i + 100)) {
          addNetwork(tables, network(name));
        }
      });
    }
    expect((await take(1000)).map((event) => 'name' in event && event.name)).toEqual(names);
  });

  test('say when there were too many for a listener that was busy, and go on', async () => {
    const store = openStore();
    const { take } = following(store);
    const record = network('one');
    store.transaction((tables) => {
      for (let i = 0; i < 3000; i++) {
        addNetwork(tables, record);
        removeNetwork(tables, record);
      }
    });
    expect(await take(1)).toEqual([told({ type: 'lost', of: 'records' })]);
    store.transaction((tables) => addNetwork(tables, network('next')));
    expect(await take(1)).toEqual([told({ action: 'created', name: 'next' })]);
  });

  test('are over when they are closed', async () => {
    const { records, events } = following(openStore());
    const waiting = events.next();
    records.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});
