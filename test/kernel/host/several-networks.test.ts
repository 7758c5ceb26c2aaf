import { closeSync, openSync } from 'node:fs';
import { describe, expect } from 'vitest';
import type { Host } from '../../../src/index.js';
import { endpointOf, failure, type IpLink, ipIn, type Lab, ping, test } from './lab.js';

/** Networks 10.1.0.0/24, 10.2.0.0/24… of these names. */
async function make(lab: Lab, ...names: string[]): Promise<Host> {
  const host = await lab.open();
  for (const [i, name] of names.entries()) {
    await host.networks.create({ name, subnet: `10.${i + 1}.0.0/24` });
  }
  return host;
}

/** Where the default route of a sandbox leads. */
const wayOut = (sandbox: string) =>
  ipIn<{ gateway: string; dev: string }>(sandbox, 'route', 'show', 'default').map(
    ({ gateway, dev }) => `${gateway} ${dev}`,
  );

const linksIn = (sandbox: string) => ipIn<IpLink>(sandbox, 'link').map(({ ifname }) => ifname);

/** What a sandbox has of links and routes. */
const look = (sandbox: string) => [linksIn(sandbox), ipIn(sandbox, 'route'), ipIn(sandbox, '-6', 'route')];

describe('a sandbox in several networks', () => {
  test('has an interface in each, by number: eth0, eth1…, and reaches all of them', async ({ lab }) => {
    const host = await make(lab, 'web', 'api', 'db');
    const first = await host.attach({ create: true, name: 'a1', network: 'web' });
    const second = await host.networks.connect('api', 'a1');
    const third = await host.networks.connect('db', first.sandbox.slice(0, 12));
    expect([second.interface, third.interface]).toEqual(['eth1', 'eth2']);
    expect(linksIn('a1')).toEqual(['lo', 'eth0', 'eth1', 'eth2']);
    expect(host.inspect('a1').endpoints).toEqual([first.endpoint, second, third]);
    for (const gateway of ['10.1.0.1', '10.2.0.1', '10.3.0.1']) {
      ping('a1', gateway);
    }
    const alias = `netplumb sandbox ${first.sandbox} a1 ${lab.runDir}`;
    for (const { hostInterface } of [second, third]) {
      expect(lab.links().find(({ ifname }) => ifname === hostInterface)).toMatchObject({
        ifalias: alias,
        operstate: 'UP',
      });
    }
    // The lowest number that is free.
    await host.networks.disconnect('api', 'a1');
    expect((await host.networks.connect('api', 'a1')).interface).toBe('eth1');
    await host.detach('a1');
    await host.networks.prune();
  });

  test('keeps the default route of its first one, unless another has a higher priority', async ({ lab }) => {
    const host = await make(lab, 'web', 'api', 'db');
    await host.attach({ create: true, name: 'a1', network: 'web' });
    await host.networks.connect('api', 'a1');
    expect(wayOut('a1')).toEqual(['10.1.0.1 eth0']);
    await host.networks.connect('db', 'a1', { gatewayPriority: 1 });
    expect(wayOut('a1')).toEqual(['10.3.0.1 eth2']);
    await host.networks.disconnect('db', 'a1');
    expect(wayOut('a1')).toEqual(['10.1.0.1 eth0']);
    await host.networks.disconnect('web', 'a1');
    expect(wayOut('a1')).toEqual(['10.2.0.1 eth1']);
    await host.networks.disconnect('api', 'a1');
    expect(wayOut('a1')).toEqual([]);
    expect(linksIn('a1')).toEqual(['lo']);
    await host.networks.connect('web', 'a1');
    expect(wayOut('a1')).toEqual(['10.1.0.1 eth0']);
    ping('a1', '10.1.0.1');
    await host.detach('a1');
    await host.networks.prune();
  });

  test('may ask for the lowest priority, and an internal network never leads out', async ({ lab }) => {
    const host = await make(lab, 'web', 'api');
    await host.networks.create({ name: 'inner', internal: true, subnet: '10.9.0.0/24' });
    await host.attach({ create: true, name: 'a1', network: 'inner', gatewayPriority: 9 });
    expect(wayOut('a1')).toEqual([]);
    await host.networks.connect('web', 'a1', { gatewayPriority: -1 });
    expect(wayOut('a1')).toEqual(['10.1.0.1 eth1']);
    await host.networks.connect('api', 'a1');
    expect(wayOut('a1')).toEqual(['10.2.0.1 eth2']);
    ping('a1', '10.9.0.1');
    await host.detach('a1');
    await host.networks.prune();
  });

  test('has the default routes of both families, each by its own', async ({ lab }) => {
    const host = await make(lab, 'web');
    await host.networks.create({ name: 'six', ipv6: true, subnet: ['10.6.0.0/24', 'fd00:6::/64'] });
    const wayOut6 = () =>
      ipIn<{ gateway: string; dev: string }>('a1', '-6', 'route', 'show', 'default').map(
        ({ gateway, dev }) => `${gateway} ${dev}`,
      );
    await host.attach({ create: true, name: 'a1', network: 'web' });
    await host.networks.connect('six', 'a1');
    expect([wayOut('a1'), wayOut6()]).toEqual([['10.1.0.1 eth0'], ['fd00:6::1 eth1']]);
    await host.networks.disconnect('web', 'a1');
    expect([wayOut('a1'), wayOut6()]).toEqual([['10.6.0.1 eth1'], ['fd00:6::1 eth1']]);
    await host.networks.disconnect('six', 'a1');
    expect([wayOut('a1'), wayOut6()]).toEqual([[], []]);
    await host.detach('a1');
    await host.networks.prune();
  });

  test('is connected by whatever way its namespace is found', async ({ lab }) => {
    const host = await make(lab, 'web');
    const namespace = lab.namespace();
    await host.attach({ pid: await lab.process(), name: 'process' });
    await host.attach({ netns: namespace.path, name: 'path' });
    await host.attach({ create: true, name: 'alone', network: 'none' });
    for (const [name, file] of [
      ['process', 'process'],
      ['path', namespace.name],
      ['alone', 'alone'],
    ] as const) {
      await host.networks.connect('web', name);
      ping(file, '10.1.0.1');
      await host.networks.disconnect('web', name);
    }
    await host.detachAll(['process', 'path', 'alone']);
    await host.networks.remove('web');
  });
});

describe('connecting is refused, and nothing is made', () => {
  test('to what is not there, and what is there already', async ({ lab }) => {
    const host = await make(lab, 'web');
    const fd = openSync(lab.namespace().path, 'r');
    await host.attach({ create: true, name: 'a1', network: 'web' });
    await host.attach({ network: 'host', name: 'daemon' });
    await host.attach({ network: 'container:a1', name: 'side' });
    await host.attach({ fd, name: 'descriptor' });
    const before = [await lab.records(), lab.linkNames(), look('a1')];
    const refused = (network: string, sandbox: string, code: string, message = /./) =>
      expect(host.networks.connect(network, sandbox)).rejects.toEqual(failure(code, message));
    await refused('web', 'a1', 'EINNETWORK', /"a1".*"web"|"web".*"a1"/);
    await refused('nobody', 'a1', 'ENONETWORK', /"nobody"/);
    await refused('web', 'nobody', 'ENOSANDBOX', /"nobody"/);
    await refused('web', 'daemon', 'ENOOWNNETNS', /"daemon"/);
    await refused('web', 'side', 'ENOOWNNETNS', /"side"/);
    await refused('web', 'descriptor', 'ENOREACH', /"descriptor"/);
    await refused('host', 'a1', 'EBUILTIN');
    await refused('none', 'a1', 'EBUILTIN');
    await refused('a b', 'a1', 'EBADNAME');
    await expect(host.networks.connect('bridge', 'a1', { ip: '172.17' })).rejects.toEqual(failure('EBADADDR'));
    await expect(host.networks.connect('bridge', 'a1', { macAddress: '02' })).rejects.toEqual(failure('EBADMAC'));
    await expect(host.networks.connect('bridge', 'a1', { gatewayPriority: 0.5 })).rejects.toEqual(
      failure('EBADOPTION'),
    );
    await expect(host.networks.connect('bridge', 'a1', { ip: '172.17.0.1' })).rejects.toEqual(failure('EADDRRESERVED'));
    await expect(host.networks.connect('bridge', 'a1', { ip6: 'fd00::1' })).rejects.toEqual(failure('EBADOPTION'));
    await expect(host.networks.disconnect('bridge', 'a1')).rejects.toEqual(failure('ENOTINNETWORK'));
    await expect(host.networks.disconnect('nobody', 'a1')).rejects.toEqual(failure('ENONETWORK'));
    await expect(host.networks.disconnect('web', 'nobody')).rejects.toEqual(failure('ENOSANDBOX'));
    expect([await lab.records(), lab.linkNames(), look('a1')]).toEqual(before);
    closeSync(fd);
    await host.detachAll(['a1', 'daemon', 'side', 'descriptor']);
    await host.networks.remove('web');
  });

  test('where the interface exists: eth1 of somebody else stays, and the way out as well', async ({ lab }) => {
    const host = await make(lab, 'web', 'api');
    const namespace = lab.namespace();
    await host.attach({ netns: namespace.path, name: 'a1', network: 'web' });
    namespace.run('ip', 'link', 'add', 'eth1', 'type', 'bridge');
    const links = namespace.ip<IpLink>('link').map(({ ifname }) => ifname);
    await expect(host.networks.connect('api', 'a1')).rejects.toEqual(failure('EIFINUSE', /eth1/));
    expect(namespace.ip<IpLink>('link').map(({ ifname }) => ifname)).toEqual(links);
    expect(host.inspect('a1')).toMatchObject({ state: 'ready', endpoints: [{ interface: 'eth0' }] });
    ping(namespace.name, '10.1.0.1');
    await host.detach('a1');
    await host.networks.prune();
  });

  test('when the bridge was deleted: all is as before, and gc puts it back', async ({ lab }) => {
    const host = await make(lab, 'web', 'api');
    const { interface: bridge = '' } = await host.networks.inspect('api');
    await host.attach({ create: true, name: 'a1', network: 'web' });
    await host.attach({ create: true, name: 'a2', network: 'api' });
    const before = look('a1');
    lab.netns.run('ip', 'link', 'del', bridge);
    await expect(host.networks.connect('api', 'a1', { gatewayPriority: 1 })).rejects.toEqual(failure('ENOBRIDGE'));
    expect(look('a1')).toEqual(before);
    expect(host.inspect('a1')).toMatchObject({ state: 'ready', endpoints: [{ interface: 'eth0' }] });
    expect([...(await host.gc()).restored].sort()).toEqual(['a2', bridge].sort());
    await host.networks.connect('api', 'a1', { gatewayPriority: 1 });
    ping('a1', endpointOf(host.inspect('a2')).address);
    await host.detachAll(['a1', 'a2']);
    await host.networks.prune();
  });

  test("a way out that is somebody else's is not taken away", async ({ lab }) => {
    const host = await make(lab, 'web');
    const namespace = lab.namespace();
    namespace.run('ip', 'link', 'add', 'own0', 'type', 'bridge');
    namespace.run('ip', 'address', 'add', '10.99.0.2/24', 'dev', 'own0');
    namespace.run('ip', 'link', 'set', 'own0', 'up');
    namespace.run('ip', 'route', 'add', 'default', 'via', '10.99.0.1');
    const before = namespace.ip('route');
    await expect(host.attach({ netns: namespace.path, name: 'a1', network: 'web' })).rejects.toEqual(failure('EEXIST'));
    await host.attach({ netns: namespace.path, name: 'a1', network: 'none' });
    await expect(host.networks.connect('web', 'a1')).rejects.toEqual(failure('EEXIST'));
    expect(namespace.ip('route')).toEqual(before);
    await host.detach('a1');
    await host.networks.remove('web');
  });
});

describe('at once', () => {
  test('two who connect the same sandbox to the same network: one does', async ({ lab }) => {
    const host = await make(lab, 'web');
    const other = await lab.open();
    await host.attach({ create: true, name: 'a1' });
    for (let i = 0; i < 10; i++) {
      const results = await Promise.allSettled([host, other].map(({ networks }) => networks.connect('web', 'a1')));
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'EINNETWORK' } });
      ping('a1', '10.1.0.1');
      const gone = await Promise.allSettled([host, other].map(({ networks }) => networks.disconnect('web', 'a1')));
      expect(gone.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    }
    await host.detach('a1');
    await host.networks.remove('web');
  });

  test('a sandbox is connected to many networks, each by another process, and detached meanwhile', async ({ lab }) => {
    const names = ['n1', 'n2', 'n3', 'n4'];
    const host = await make(lab, ...names);
    const other = await lab.open();
    for (let i = 0; i < 10; i++) {
      await host.attach({ create: true, name: 'a1' });
      const connecting = Promise.allSettled(
        names.map((name, k) => (k % 2 ? host : other).networks.connect(name, 'a1')),
      );
      if (i % 2 === 0) {
        expect((await connecting).map(({ status }) => status)).toEqual(names.map(() => 'fulfilled'));
        expect(linksIn('a1')).toHaveLength(6);
      }
      await host.detach('a1');
      for (const result of await connecting) {
        expect(result.status === 'fulfilled' || result.reason.code === 'ENOSANDBOX').toBe(true);
      }
      expect(lab.ends()).toEqual([]);
    }
    await host.networks.prune();
  });
});
