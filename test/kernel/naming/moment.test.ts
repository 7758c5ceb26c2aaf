import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Host } from '../../../src/index.js';
import { endpointOf, type Lab, test } from '../host/lab.js';
import { Asker } from './asker.js';

const gateway = '10.1.0.1';
const none = { code: 'NXDOMAIN', data: [] };

/** Internal: of unknown names, nobody else is asked. */
async function make(lab: Lab): Promise<Host> {
  const host = await lab.open();
  await host.networks.create({ name: 'web', subnet: '10.1.0.0/24', internal: true });
  return host;
}

test('a name is there the moment attach has returned, and gone the moment detach has: a thousand times', async ({
  lab,
}) => {
  const host = await make(lab);
  const { path: netns } = lab.namespace();
  await host.attach({ create: true, name: 'asker', network: 'web' });
  await using asker = await Asker.start('asker');
  for (let i = 0; i < 1000; i++) {
    const attached = await host.attach({ netns, name: 'moment', network: 'web', networkAliases: ['now'] });
    const { address } = endpointOf(attached);
    const reverse = `${address.split('.').reverse().join('.')}.in-addr.arpa`;
    const names = ['moment', 'now', 'moment.web'];
    for (const name of names) {
      expect(await asker.ask(gateway, name)).toEqual({ code: 'NOERROR', data: [address] });
    }
    expect(await asker.ask(gateway, reverse, 'PTR')).toEqual({ code: 'NOERROR', data: ['moment.web'] });
    await host.detach('moment');
    for (const name of names) {
      expect(await asker.ask(gateway, name)).toEqual(none);
    }
    expect(await asker.ask(gateway, reverse, 'PTR')).toEqual(none);
  }
  await host.detach('asker');
  await host.networks.remove('web');
}, 180_000);

test('a name is there the moment connect has returned, and gone the moment disconnect has', async ({ lab }) => {
  const host = await make(lab);
  await host.attach({ create: true, name: 'asker', network: 'web' });
  await host.attach({ create: true, name: 'moment' });
  await using asker = await Asker.start('asker');
  for (let i = 0; i < 100; i++) {
    const { address } = await host.networks.connect('web', 'moment', { networkAliases: ['now'] });
    expect(await asker.ask(gateway, 'moment')).toEqual({ code: 'NOERROR', data: [address] });
    expect(await asker.ask(gateway, 'now')).toEqual({ code: 'NOERROR', data: [address] });
    await host.networks.disconnect('web', 'moment');
    expect(await asker.ask(gateway, 'moment')).toEqual(none);
    expect(await asker.ask(gateway, 'now')).toEqual(none);
  }
  await host.detachAll(['asker', 'moment']);
  await host.networks.remove('web');
});

test('of many who are attached at once, each is known to all when it is told of', async ({ lab }) => {
  const host = await make(lab);
  const names = Array.from({ length: 40 }, (_, i) => `web${i}`);
  await host.attach({ create: true, name: 'asker', network: 'web' });
  await using asker = await Asker.start('asker');
  const other = await lab.open();
  await Promise.all(
    names.map(async (name, i) => {
      const attached = await (i % 2 ? host : other).attach({ create: true, name, network: 'web' });
      expect(await asker.ask(gateway, name)).toEqual({ code: 'NOERROR', data: [endpointOf(attached).address] });
    }),
  );
  await Promise.all(
    names.map(async (name, i) => {
      await (i % 2 ? other : host).detach(name);
      expect(await asker.ask(gateway, name)).toEqual(none);
    }),
  );
  await host.detach('asker');
  await host.networks.remove('web');
});

test('the first of a network can ask at once, also when the server of the last one is just ending', async ({ lab }) => {
  const host = await make(lab);
  const namespace = lab.namespace();
  await using asker = await Asker.start(namespace.name);
  const attachAndAsk = async () => {
    const attached = await host.attach({ netns: namespace.path, name: 'first', network: 'web' });
    expect(await asker.ask(gateway, 'first')).toEqual({ code: 'NOERROR', data: [endpointOf(attached).address] });
    await host.detach('first');
    expect(await asker.ask(gateway, 'first')).toEqual({ error: 'Network is unreachable' });
  };
  for (let i = 0; i < 20; i++) {
    await attachAndAsk();
  }
  for (let i = 0; i < 3; i++) {
    await expect.poll(() => lab.nameServers(), { timeout: 5000 }).toEqual([]);
    await attachAndAsk();
  }
  // It stays for a second: these meet it before, while and after it goes.
  for (const milliseconds of [960, 980, 990, 1000, 1010, 1020, 1040, 1080]) {
    await setTimeout(milliseconds);
    await attachAndAsk();
  }
  await host.networks.remove('web');
});
