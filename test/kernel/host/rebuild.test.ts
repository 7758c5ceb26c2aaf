import { closeSync, openSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { AttachSpec, Host, Sandbox } from '../../../src/index.js';
import { failure, ipIn, type Lab, ping, runIn, test } from './lab.js';

/** Of the rules, too, nobody knows any more what they had been. */
const nothing = { sandboxes: [], links: [], files: [], restored: ['rules'], errors: [] };

/** What must be the same after as before; ids of endpoints begin with what names their links. */
function essence(host: Host): unknown[] {
  const ofSandbox = ({ created: _, endpoint: __, ...sandbox }: Sandbox) => ({
    ...sandbox,
    endpoints: sandbox.endpoints.map(({ id, link, ...endpoint }) => ({
      ...endpoint,
      ...(endpoint.hostInterface && { id: id.slice(0, 11) }),
      ...(link && { peer: link.peer }),
    })),
  });
  return host
    .sandboxes()
    .map(ofSandbox)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Closes the host, loses its records and opens it again. */
async function reopen(lab: Lab, host: Host, lose: (lab: Lab) => void = (one) => one.loseRecords()): Promise<Host> {
  await host.close();
  lose(lab);
  return lab.open();
}

function addressesOf(host: Host): string[] {
  return host
    .sandboxes()
    .flatMap(({ endpoints }) => endpoints.flatMap(({ address, address6 }) => [address, address6 ?? []].flat()));
}

describe('records that were lost come back from the kernel', () => {
  test('of sandboxes in namespaces of every kind', async ({ lab }) => {
    const first = await lab.open();
    const path = join(lab.directory, 'elsewhere');
    const [own, bare, other] = [lab.namespace(), lab.namespace(), lab.namespace()];
    symlinkSync(other.path, path);
    const fd = openSync(bare.path, 'r');
    const specs: AttachSpec[] = [
      { create: true, name: 'created' },
      { pid: await lab.process(), name: 'process' },
      { netns: own.path },
      { netns: path, name: 'path' },
      { create: true, name: 'alone', network: 'none' },
    ];
    for (const spec of specs) {
      await first.attach(spec);
    }
    const before = essence(first);
    const second = await reopen(lab, first);
    expect(second.problems).toEqual([failure('ESTATELOST', /created, process, .*path, alone/)]);
    expect(essence(second)).toEqual(before);
    expect(await second.gc()).toEqual(nothing);
    ping('created', '172.17.0.3');
    // Only who has the descriptor could tell what it was; a file that leads there will do.
    await second.attach({ fd, name: 'descriptor' });
    const third = await reopen(lab, second);
    expect(third.inspect('descriptor').netns).toBe(bare.path);
    expect(await third.gc()).toEqual(nothing);
    closeSync(fd);
    await third.detachAll(third.sandboxes().map(({ name }) => name));
    await lab.expectEmpty();
  });

  test('also of one whose namespace nobody can reach', async ({ lab }) => {
    const first = await lab.open();
    const namespace = lab.namespace();
    const fd = openSync(namespace.path, 'r');
    await first.attach({ fd, name: 'web' });
    namespace.remove();
    const before = essence(first);
    const second = await reopen(lab, first);
    expect(essence(second)).toEqual(before);
    expect(await second.gc()).toEqual(nothing);
    await second.detach('web');
    await lab.expectEmpty();
    closeSync(fd);
  });

  test('of several networks in one sandbox, of every driver, with IPv6 and links', async ({ lab }) => {
    lab.netns.run('ip', 'link', 'add', 'parent0', 'type', 'veth', 'peer', 'parent1');
    lab.netns.run('ip', 'link', 'set', 'parent0', 'up');
    const first = await lab.open();
    const networks = [
      { name: 'dual', ipv6: true, subnet: ['10.20.0.0/24', 'fd00:20::/64'] },
      { name: 'inside', internal: true, subnet: '10.21.0.0/24' },
      { name: 'routed', driver: 'ptp', ipv6: true, subnet: ['10.22.0.0/24', 'fd00:22::/64'] },
      { name: 'lan', driver: 'macvlan', subnet: '10.23.0.0/24', gateway: '10.23.0.1', options: { parent: 'parent0' } },
    ];
    for (const spec of networks) {
      await first.networks.create(spec);
    }
    await first.attach({ create: true, name: 'web' });
    await first.attach({ create: true, name: 'api', network: 'dual' });
    await first.attach({ create: true, name: 'only', network: 'lan' });
    await first.attach({ pid: await lab.process(), name: 'process', network: 'lan' });
    await first.attach({ create: true, name: 'point', network: 'routed' });
    for (const { name } of networks) {
      await first.networks.connect(name, 'web', name === 'routed' ? { gatewayPriority: 1 } : {});
    }
    await first.link('web', 'api');
    const before = essence(first);
    const listed = await first.networks.list();
    const second = await reopen(lab, first);
    expect(essence(second)).toEqual(before);
    expect((await second.networks.list()).map(({ id, name }) => [id, name])).toEqual(
      expect.arrayContaining(
        listed.filter(({ driver }) => driver !== 'host' && driver !== 'null').map(({ id, name }) => [id, name]),
      ),
    );
    expect(await second.gc()).toEqual(nothing);
    const taken = addressesOf(second);
    await second.attach({ create: true, name: 'late' });
    for (const { name } of networks) {
      await second.networks.connect(name, 'late');
    }
    await second.link('late', 'api');
    const all = addressesOf(second);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBe(taken.length + 9);
    await second.networks.disconnect('routed', 'web');
    expect(ipIn<{ gateway?: string }>('web', 'route', 'show', 'default').map(({ gateway }) => gateway)).toEqual([
      '172.17.0.1',
    ]);
    await second.detachAll(second.sandboxes().map(({ name }) => name));
    for (const { name } of networks) {
      await second.networks.remove(name);
    }
    lab.netns.run('ip', 'link', 'del', 'parent0');
    await lab.expectEmpty();
  });

  test('of the default network on a bridge of somebody else', async ({ lab }) => {
    lab.netns.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    lab.netns.run('ip', 'address', 'add', '10.40.0.1/24', 'dev', 'br0');
    lab.netns.run('ip', 'link', 'set', 'br0', 'up');
    const first = await lab.open({ bridge: 'br0' });
    await first.attach({ create: true, name: 'web' });
    const second = await reopen(lab, first);
    expect(second.inspect('web').mode).toBe('bridge');
    // The rules have come back with the first endpoint.
    expect((await second.attach({ create: true, name: 'api' })).endpoint?.address).toBe('10.40.0.3');
    expect(await second.gc()).toEqual({ ...nothing, restored: [] });
    await second.detachAll(['web', 'api']);
    lab.netns.run('ip', 'link', 'del', 'br0');
  });

  test('when the default bridge is gone as well', async ({ lab }) => {
    const first = await lab.open();
    await first.attach({ create: true, name: 'web' });
    lab.netns.run('ip', 'link', 'del', 'netplumb0');
    const second = await reopen(lab, first);
    expect((await second.attach({ create: true, name: 'api' })).endpoint?.address).toBe('172.17.0.3');
    expect((await second.gc()).restored).toEqual(['web']);
    ping('api', '172.17.0.2');
    await second.detachAll(['web', 'api']);
  });

  test('of a network whose definition is gone, as far as its bridge tells', async ({ lab }) => {
    const first = await lab.open();
    const icc = 'com.docker.network.bridge.enable_icc';
    // A name server would lose its lock with the records, and be in the next one's way until it has noticed.
    const nameless = { 'netplumb.dns': 'false' };
    const { id } = await first.networks.create({
      name: 'web',
      subnet: '10.30.0.0/24',
      options: { [icc]: 'false', ...nameless },
    });
    await first.networks.create({ name: 'unused', subnet: '10.31.0.0/24' });
    await first.attach({ create: true, name: 'one', network: 'web' });
    const second = await reopen(lab, first, () => {
      lab.loseRecords();
      rmSync(lab.stateDir, { recursive: true });
    });
    expect(second.problems).toEqual([failure('ESTATELOST'), failure('ENOTREBUILT', /network "web"/)]);
    expect(await second.networks.inspect('web')).toMatchObject({
      id,
      subnets: [{ subnet: '10.30.0.0/24', gateway: '10.30.0.1' }],
      internal: false,
      options: { [icc]: 'false' },
    });
    expect((await second.attach({ create: true, name: 'two', network: 'web' })).endpoint?.address).toBe('10.30.0.3');
    await second.detachAll(['one', 'two']);
    await second.networks.remove('web');
    expect((await second.gc()).links).toHaveLength(1);
  });
});

describe('what was in use shortly before', () => {
  test('rests: addresses before the last one that lives come last, and host ends have new numbers', async ({ lab }) => {
    const options = { bip: '172.17.0.1/16', fixedCidr: '172.17.0.0/29' };
    const first = await lab.open(options);
    const names = ['one', 'two', 'three', 'four'];
    for (const name of names) {
      await first.attach({ create: true, name });
    }
    await first.detachAll(['one', 'two', 'three']);
    await first.close();
    lab.loseRecords();
    const second = await lab.open(options);
    const four = second.inspect('four').endpoint;
    expect(four?.address).toBe('172.17.0.5');
    const late: string[] = [];
    for (const name of ['five', 'six', 'seven', 'eight']) {
      const { endpoint } = await second.attach({ create: true, name });
      late.push(endpoint?.address ?? '');
      expect(endpoint?.hostIndex).toBeGreaterThan(four?.hostIndex ?? 0);
    }
    expect(late).toEqual(['172.17.0.6', '172.17.0.7', '172.17.0.2', '172.17.0.3']);
    await second.attach({ create: true, name: 'nine' });
    await expect(second.attach({ create: true, name: 'ten' })).rejects.toEqual(failure('EPOOL'));
    await second.detachAll(['four', 'five', 'six', 'seven', 'eight', 'nine']);
  });
});

describe('who opens first', () => {
  test('is the only one who tells it, of several at once', async ({ lab }) => {
    const first = await lab.open();
    await first.attachAll(Array.from({ length: 50 }, (_, i) => ({ create: true, name: `web${i}` })));
    const before = essence(first);
    await first.close();
    lab.loseRecords();
    const hosts = await Promise.all(Array.from({ length: 4 }, () => lab.open()));
    expect(hosts.flatMap(({ problems }) => problems)).toEqual([failure('ESTATELOST', /and 30 more/)]);
    for (const host of hosts) {
      expect(essence(host)).toEqual(before);
    }
    const [host] = hosts as [Host];
    await host.detachAll(host.sandboxes().map(({ name }) => name));
  });

  test('of a new run directory tells nothing, whatever bears marks of others', async ({ lab }) => {
    const first = await lab.open();
    await first.attach({ create: true, name: 'web' });
    const other = await lab.open({ runDir: join(lab.directory, 'other') });
    expect([other.problems, other.sandboxes()]).toEqual([[], []]);
    await first.detach('web');
  });
});

describe('an interface that was never finished', () => {
  test('is told, and ends with its sandbox or is removed by gc', async ({ lab }) => {
    const first = await lab.open();
    await first.attach({ create: true, name: 'web' });
    await first.attach({ pid: await lab.process(), name: 'api' });
    for (const name of ['web', 'api']) {
      runIn(name, 'ip', 'address', 'flush', 'dev', 'eth0');
    }
    const second = await reopen(lab, first);
    expect(second.sandboxes()).toEqual([expect.objectContaining({ name: 'web', mode: 'none', endpoints: [] })]);
    expect(second.problems).toEqual([
      failure('ESTATELOST'),
      failure('ENOTREBUILT', /"web".*eth0 has no address/),
      failure('ENOTREBUILT', /"api".*no address/),
    ]);
    expect((await second.gc()).links).toHaveLength(1);
    await second.detach('web');
    rmSync('/run/netns/api');
  });
});
