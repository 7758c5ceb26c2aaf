import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { NetworkInfo } from '../../../src/index.js';
import { endpointOf, failure, ping, test } from './lab.js';

const names = (networks: readonly NetworkInfo[]) => networks.map(({ name }) => name);

describe('a network', () => {
  test('is there when create returns: on record, as a bridge with its gateway, and for the next boot', async ({
    lab,
  }) => {
    const host = await lab.open();
    const { id, created, ...web } = await host.networks.create({
      name: 'web',
      labels: { tier: 'front' },
      attachable: true,
    });
    expect(web).toEqual({
      name: 'web',
      driver: 'bridge',
      scope: 'local',
      internal: false,
      attachable: true,
      ipv6: false,
      subnets: [{ subnet: '172.18.0.0/16', gateway: '172.18.0.1' }],
      options: {},
      labels: { tier: 'front' },
      interface: `br-${id.slice(0, 12)}`,
      endpoints: [],
    });
    expect(Math.abs(Date.now() - created)).toBeLessThan(60_000);
    expect(lab.links()).toMatchObject([
      { ifname: web.interface, address: '02:42:ac:12:00:01', ifalias: `netplumb network ${id} web ${lab.runDir}` },
    ]);
    expect(lab.netns.ip('address', 'show', 'dev', web.interface ?? '')).toMatchObject([
      { addr_info: [{ family: 'inet', local: '172.18.0.1', prefixlen: 16 }] },
    ]);
    expect((await lab.records()).definitions).toHaveLength(1);
    await host.networks.remove('web');
    expect(lab.linkNames()).toEqual([]);
  });

  test('is found by name, id, and the beginning of it, with the sandboxes in it', async ({ lab }) => {
    const host = await lab.open();
    const { id } = await host.networks.create({ name: 'web' });
    const { sandbox, endpoint } = await host.attach({ create: true, name: 'api', network: 'web' });
    for (const reference of ['web', id, id.slice(0, 12)]) {
      expect(await host.networks.inspect(reference)).toMatchObject({
        id,
        endpoints: [{ sandbox, name: 'api', endpoint }],
      });
    }
    await expect(host.networks.inspect('nobody')).rejects.toEqual(failure('ENONETWORK', /"nobody"/));
    expect(names(await host.networks.list())).toEqual(['bridge', 'host', 'none', 'web']);
    await host.detach('api');
    expect((await host.networks.inspect('web')).endpoints).toEqual([]);
    await host.networks.remove(id.slice(0, 12));
  });

  test('joins its sandboxes, and them alone', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: '10.3.0.0/24' });
    const specs = ['one', 'two'].map((name) => ({ create: true, name, network: 'web' }));
    const [one, two] = await Promise.all(specs.map((spec) => host.attach(spec)));
    const other = await host.attach({ create: true, name: 'other' });
    ping('one', endpointOf(two ?? other).address);
    ping('two', '10.3.0.1');
    expect(endpointOf(one ?? other)).toMatchObject({ address: '10.3.0.2', gateway: '10.3.0.1' });
    expect(endpointOf(other).address).toBe('172.17.0.2');
    await host.detachAll(['one', 'two', 'other']);
    await host.networks.remove('web');
  });

  test('that is there from the start cannot be made, removed or pruned', async ({ lab }) => {
    const host = await lab.open();
    for (const name of ['bridge', 'host', 'none']) {
      await expect(host.networks.create({ name })).rejects.toEqual(failure('EBUILTIN'));
      await expect(host.networks.remove(name)).rejects.toEqual(failure('EBUILTIN'));
    }
    expect(await host.networks.prune()).toEqual([]);
    expect(names(await host.networks.list())).toEqual(['bridge', 'host', 'none']);
  });

  test('is not removed while it is used, and the error says by whom', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web' });
    await host.attach({ create: true, name: 'one', network: 'web' });
    await host.attach({ create: true, name: 'two' });
    await host.networks.connect('web', 'two');
    await expect(host.networks.remove('web')).rejects.toEqual(
      failure('ENETWORKINUSE', /"web".*\b(one, two|two, one)\b/),
    );
    expect(await host.networks.prune()).toEqual([]);
    ping('one', '172.18.0.1');
    await host.detachAll(['one', 'two']);
    await host.networks.remove('web');
    await expect(host.networks.remove('web')).rejects.toEqual(failure('ENONETWORK'));
  });

  test('is pruned when nobody is in it and it is meant', async ({ lab }) => {
    const host = await lab.open();
    for (const name of ['used', 'kept', 'one', 'two']) {
      await host.networks.create({ name });
    }
    await host.attach({ create: true, name: 'web', network: 'used' });
    expect(await host.networks.prune(({ name }) => name !== 'kept')).toEqual(['one', 'two']);
    expect(names(await host.networks.list()).slice(3)).toEqual(['used', 'kept']);
    await host.detach('web');
    expect(await host.networks.prune()).toEqual(['used', 'kept']);
    expect(lab.marked()).toEqual([]);
  });

  test('that was removed behind another process is no network there, and its name is free', async ({ lab }) => {
    const [one, other] = [await lab.open(), await lab.open()];
    await one.networks.create({ name: 'web', subnet: '10.3.0.0/24' });
    await one.attach({ create: true, name: 'a1', network: 'web' });
    await one.detach('a1');
    await other.networks.remove('web');
    await expect(one.attach({ create: true, name: 'a2', network: 'web' })).rejects.toEqual(failure('ENONETWORK'));
    await lab.expectEmpty();
    await other.networks.create({ name: 'web', subnet: '10.4.0.0/24' });
    expect(endpointOf(await one.attach({ create: true, name: 'a3', network: 'web' })).address).toBe('10.4.0.2');
    ping('a3', '10.4.0.1');
    await one.detach('a3');
    await one.networks.remove('web');
  });
});

describe('all or nothing', () => {
  test('a network whose bridge cannot be made leaves no record, no definition and no subnet taken', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.list();
    // A name that the kernel refuses, and only the kernel.
    const options = { 'com.docker.network.bridge.name': 'all%d' };
    lab.netns.run('ip', 'link', 'add', 'taken', 'type', 'veth', 'peer', 'peer');
    const before = await lab.records();
    await expect(
      host.networks.create({ name: 'web', options: { 'com.docker.network.bridge.name': 'taken' } }),
    ).rejects.toEqual(failure('ENOTBRIDGE', /"taken"/));
    await expect(host.networks.create({ name: 'web', options })).rejects.toMatchObject({ name: 'NetplumbError' });
    expect(await lab.records()).toEqual(before);
    expect(lab.linkNames().sort()).toEqual(['peer', 'taken']);
    expect((await host.networks.create({ name: 'web' })).subnets[0]?.subnet).toBe('172.18.0.0/16');
    await host.networks.remove('web');
  });

  test('a state directory that cannot be written refuses the network', async ({ lab }) => {
    const host = await lab.open({ stateDir: join(lab.directory, 'file', 'below') });
    lab.netns.run('touch', join(lab.directory, 'file'));
    await expect(host.networks.create({ name: 'web' })).rejects.toEqual(failure('ENOTDIR'));
    await lab.expectEmpty();
    expect(lab.linkNames()).toEqual([]);
    rmSync(join(lab.directory, 'file'));
  });
});

describe('at once', () => {
  test('two processes make networks of the same name: one of each is made', async ({ lab }) => {
    const [one, other] = [await lab.open(), await lab.open()];
    for (let i = 0; i < 10; i++) {
      const results = await Promise.allSettled([one, other].map((host) => host.networks.create({ name: 'web' })));
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'ENAMEINUSE' } });
      expect(lab.marked()).toHaveLength(1);
      await one.networks.remove('web');
      expect(lab.marked()).toEqual([]);
    }
  });

  test('two processes make networks of the same subnet: one is made, the other is told', async ({ lab }) => {
    const [one, other] = [await lab.open(), await lab.open()];
    for (let i = 0; i < 10; i++) {
      const subnet = '10.3.0.0/24';
      const results = await Promise.allSettled([
        one.networks.create({ name: 'one', subnet }),
        other.networks.create({ name: 'two', subnet }),
      ]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'EOVERLAP' } });
      expect(await one.networks.prune()).toHaveLength(1);
    }
  });

  test('as many networks as are wanted never get the same subnet', async ({ lab }) => {
    const hosts = [await lab.open(), await lab.open(), await lab.open()];
    const made = await Promise.all(
      hosts.flatMap((host, k) => [0, 1, 2, 3].map((i) => host.networks.create({ name: `net-${k}-${i}` }))),
    );
    expect(new Set(made.map(({ subnets }) => subnets[0]?.subnet)).size).toBe(12);
    expect(lab.marked()).toHaveLength(12);
    expect(await hosts[0]?.networks.prune()).toHaveLength(12);
    expect(lab.marked()).toEqual([]);
  });

  test('networks come and go for as long as is wanted: no subnet is lost', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'kept' });
    await host.networks.create({ name: 'far', driver: 'ptp' });
    await host.attach({ create: true, name: 'a1', network: 'far' });
    // There are thirty.
    for (let i = 0; i < 40; i++) {
      await host.networks.create({ name: 'web', driver: i % 2 === 0 ? 'bridge' : 'ptp' });
      await host.attach({ create: true, name: 'a2', network: 'web' });
      await host.detach('a2');
      await host.networks.remove('web');
    }
    await host.detach('a1');
    await host.networks.prune();
  });

  test('a network that is removed while sandboxes attach either stays or leaves nothing', async ({ lab }) => {
    const [one, other] = [await lab.open(), await lab.open()];
    const seen = { removed: 0, used: 0 };
    for (let i = 0; i < 40; i++) {
      await one.networks.create({ name: 'web' });
      if (i % 2 === 0) {
        // So that the other one knows it; else it has to be made ready.
        await other.attach({ create: true, name: 'early', network: 'web' });
        await other.detach('early');
      }
      const attaching = other.attachAll(['a1', 'a2', 'a3'].map((name) => ({ create: true, name, network: 'web' })));
      for (let turn = 0; turn < i % 10; turn++) {
        await new Promise(setImmediate);
      }
      const removed = await one.networks.remove('web').then(
        () => true,
        (error) => {
          expect(error).toEqual(failure('ENETWORKINUSE'));
          return false;
        },
      );
      const results = await attaching;
      for (const { error } of results.filter((result) => result.error)) {
        expect(removed).toBe(true);
        expect(error).toEqual(failure('ENONETWORK'));
      }
      if (removed) {
        seen.removed += 1;
        expect(results.flatMap(({ attached }) => attached ?? [])).toEqual([]);
      } else {
        seen.used += 1;
        await one.detachAll(['a1', 'a2', 'a3']);
        await one.networks.remove('web');
      }
      await lab.expectNothingOfSandboxes();
    }
    expect(seen.removed).toBeGreaterThan(0);
    expect(seen.used).toBeGreaterThan(0);
  });
});
