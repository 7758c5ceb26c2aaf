import { EventEmitter, once } from 'node:events';
import { expect } from 'vitest';
import { endpointElements } from '../../../src/firewall/elements.js';
import { modelOf } from '../../../src/firewall/facts.js';
import { NftablesBackend } from '../../../src/firewall/nftables/backend.js';
import { Connection } from '../../../src/netlink/index.js';
import { allSandboxes, nobody, Store, updateSandbox } from '../../../src/store/index.js';
import { type Lab, test } from './lab.js';

const elementsOf = (store: Store) => store.read(modelOf).endpoints.flatMap(endpointElements);

/** Takes all published ports out of the host's rules, as somebody else would. */
function flushPorts(lab: Lab): void {
  const table = lab.netns.run('nft', 'list', 'tables').match(/table inet (\S+)/)?.[1] ?? '';
  lab.netns.run('nft', `flush map inet ${table} all_ports4; flush set inet ${table} published4`);
}

/** A connection that waits for `before` when it is about to ask for changes, and calls `after` when it has. */
async function overheard(lab: Lab, before: () => Promise<unknown>, after: () => void): Promise<Connection> {
  const connection = await Connection.open(lab.netns);
  const transact: Connection['transact'] = async (requests, options) => {
    await before();
    const answers = await connection.transact(requests, options);
    after();
    return answers;
  };
  return new Proxy(connection, {
    get(target, key) {
      const value: unknown = key === 'transact' ? transact : Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

test('what goes while a repair is about to bring it back is gone for good', async ({ lab }) => {
  const host = await lab.open();
  await host.attach({ create: true, name: 'web', publish: ['8080:80'] });
  await host.close();
  const store = Store.open(lab.runDir, lab.stateDir);
  const elements = elementsOf(store);
  flushPorts(lab);
  const events = new EventEmitter();
  const [reached, released, asked] = ['reached', 'released', 'asked'].map((name) => once(events, name));
  const isReached = () => events.emit('reached') && released;
  const repairing = await overheard(
    lab,
    async () => isReached(),
    () => undefined,
  );
  const removing = await overheard(
    lab,
    async () => undefined,
    () => events.emit('asked'),
  );
  const repaired = new NftablesBackend({ connection: repairing, store }).restore();
  await reached;
  store.transaction((tables) => {
    for (const record of allSandboxes(tables)) {
      updateSandbox(tables, { ...record, state: 'leaving', owner: nobody });
    }
  });
  const removed = new NftablesBackend({ connection: removing, store }).change({ add: [], remove: elements });
  await asked;
  events.emit('released');
  await Promise.all([repaired, removed]);
  expect(lab.elements()).toEqual([]);
  await Promise.all([repairing.close(), removing.close(), store.close()]);
  const later = await lab.open();
  await later.gc();
});

test('what was told of before all was found in force is not looked into, what comes later is', async ({ lab }) => {
  const host = await lab.open();
  await host.attach({ create: true, name: 'web', publish: ['8080:80'] });
  await host.close();
  const all = lab.elements();
  const store = Store.open(lab.runDir, lab.stateDir);
  const connection = await Connection.open(lab.netns);
  const backend = new NftablesBackend({ connection, store });
  flushPorts(lab);
  const first = await connection.generation();
  expect(await backend.restoreChanged(first)).toBe(true);
  expect(lab.elements()).toEqual(all);
  flushPorts(lab);
  const flushed = lab.elements();
  expect(flushed).not.toEqual(all);
  expect(await backend.restoreChanged(first)).toBe(false);
  expect(lab.elements()).toEqual(flushed);
  expect(await backend.restoreChanged(await connection.generation())).toBe(true);
  expect(lab.elements()).toEqual(all);
  await Promise.all([connection.close(), store.close()]);
  const later = await lab.open();
  await later.detach('web');
});
