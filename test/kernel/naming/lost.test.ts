import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { endpointOf, failure, type Lab, ping, test } from '../host/lab.js';
import { Asker } from './asker.js';
import { serveNames } from './clients.js';

const gateway = '10.1.0.1';

/** Ends the name server as nobody expects it, and returns what it was. */
async function kill(lab: Lab): Promise<number> {
  const [pid = 0, ...others] = lab.nameServers();
  expect([pid > 0, others]).toEqual([true, []]);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => lab.nameServers()).not.toContain(pid);
  return pid;
}

describe('a name server that is killed', () => {
  test('is there again by itself, as long as somebody lives who has attached', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: '10.1.0.0/24', internal: true });
    const { address } = endpointOf(await host.attach({ create: true, name: 'a1', network: 'web' }));
    await using asker = await Asker.start('a1');
    for (let i = 0; i < 3; i++) {
      await kill(lab);
      await expect.poll(() => lab.nameServers().length, { timeout: 15_000 }).toBe(1);
      await expect
        .poll(() => asker.ask(gateway, 'a1'), { timeout: 15_000 })
        .toEqual({ code: 'NOERROR', data: [address] });
    }
    await host.detach('a1');
    await host.networks.remove('web');
  });

  test('is there again with the next host that is opened, and serves all who were there', async ({ lab }) => {
    const first = await lab.open();
    await first.networks.create({ name: 'web', subnet: '10.1.0.0/24', internal: true });
    await first.networks.create({ name: 'api', subnet: '10.2.0.0/24', internal: true });
    const a1 = endpointOf(await first.attach({ create: true, name: 'a1', network: 'web' }));
    const b1 = endpointOf(await first.attach({ create: true, name: 'b1', network: 'api' }));
    await first.close();
    const killed = await kill(lab);
    expect(lab.nameServers()).toEqual([]);
    const host = await lab.open();
    expect(lab.nameServers()).not.toContain(killed);
    await using one = await Asker.start('a1');
    await using other = await Asker.start('b1');
    expect(await one.ask(gateway, 'a1')).toEqual({ code: 'NOERROR', data: [a1.address] });
    expect(await other.ask('10.2.0.1', 'b1')).toEqual({ code: 'NOERROR', data: [b1.address] });
    await host.detachAll(['a1', 'b1']);
    await host.networks.prune();
  });

  test('by the loss of the records is there again with gc, and knows those that were found again', async ({ lab }) => {
    const first = await lab.open();
    await first.networks.create({ name: 'web', subnet: '10.1.0.0/24', internal: true });
    const { address } = endpointOf(await first.attach({ create: true, name: 'a1', network: 'web' }));
    await first.close();
    const [state = ''] = readdirSync(lab.runDir).filter((name) => /^state-.*\.mdb$/.test(name));
    const path = join(lab.runDir, state);
    // Another file: cut short under its eyes the old one would end it at once.
    rmSync(path);
    writeFileSync(path, 'these are no records');
    const host = await lab.open();
    expect(host.problems).toEqual([failure('ESTATELOST', /a1/)]);
    expect((await host.gc()).errors).toEqual([]);
    await using asker = await Asker.start('a1');
    expect(await asker.ask(gateway, 'a1')).toEqual({ code: 'NOERROR', data: [address] });
    await host.detach('a1');
    await host.networks.remove('web');
  });

  test('keeps nobody from being detached', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: '10.1.0.0/24' });
    await host.attach({ create: true, name: 'a1', network: 'web', files: true, networkAliases: ['db'] });
    await kill(lab);
    await host.detach('a1');
    await host.networks.remove('web');
  });
});

test("where somebody else has the name server's port nothing is made, and all is well once the port is free", async ({
  lab,
}) => {
  const host = await lab.open();
  await host.networks.create({ name: 'web', subnet: '10.1.0.0/24', internal: true });
  await host.networks.create({ name: 'api', subnet: '10.2.0.0/24', internal: true });
  await host.attach({ create: true, name: 'a1', network: 'api' });
  const before = [await lab.records(), lab.linkNames(), lab.files(), lab.nameFiles()];
  const refused = failure('ENAMESERVER', /"web".*dnsmasq \(pid \d+\)/);
  {
    await using _other = await serveNames(lab.netns.name, gateway);
    const spec = { create: true, name: 'a2', network: 'web', files: true, networkAliases: ['db'] };
    await expect(host.attach(spec)).rejects.toEqual(refused);
    await expect(host.networks.connect('web', 'a1', { networkAliases: ['db'] })).rejects.toEqual(refused);
    expect([await lab.records(), lab.linkNames(), lab.files(), lab.nameFiles()]).toEqual(before);
  }
  const { address } = endpointOf(await host.attach({ create: true, name: 'a2', network: 'web' }));
  await using asker = await Asker.start('a2');
  expect(await asker.ask(gateway, 'a2')).toEqual({ code: 'NOERROR', data: [address] });
  await host.detachAll(['a1', 'a2']);
  await host.networks.prune();
});

test('of several who are attached at once, those on other networks are not refused with them', async ({ lab }) => {
  const host = await lab.open();
  await host.networks.create({ name: 'web', subnet: '10.1.0.0/24' });
  await host.networks.create({ name: 'api', subnet: '10.2.0.0/24' });
  await using _other = await serveNames(lab.netns.name, gateway);
  const [web, api, plain] = await host.attachAll([
    { create: true, name: 'b1', network: 'web' },
    { create: true, name: 'b2', network: 'api' },
    { create: true, name: 'b3' },
  ]);
  expect([web?.error, api?.error, plain?.error]).toEqual([failure('ENAMESERVER'), undefined, undefined]);
  ping('b2', '10.2.0.1');
  await host.detachAll(['b2', 'b3']);
  await host.networks.prune();
});
