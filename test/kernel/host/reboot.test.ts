import { rmSync } from 'node:fs';
import { describe, expect } from 'vitest';
import type { Host, NetworkInfo } from '../../../src/index.js';
import { TestNetns } from '../../support/netns.js';
import { failure, type IpLink, type Lab, ping, test } from './lab.js';

/** What a boot leaves: the state directory, no record that dies with the kernel's objects, and a host without links. */
async function boot(lab: Lab, ...hosts: readonly Host[]): Promise<void> {
  for (const host of hosts) {
    await host.close();
  }
  rmSync(lab.runDir, { recursive: true });
  for (const { ifname } of lab.links()) {
    lab.netns.run('sh', '-c', `ip link del ${ifname} 2>/dev/null || true`);
  }
  expect(lab.links()).toEqual([]);
}

const own = (networks: readonly NetworkInfo[]) =>
  networks.filter(({ name }) => !['bridge', 'host', 'none'].includes(name));

describe('after a reboot', () => {
  test('networks are as they were, gc makes their bridges, and addresses are kept from others', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'gone' });
    await host.networks.create({
      name: 'web',
      subnet: ['10.3.0.0/24', 'fd00:3::/64'],
      gateway: '10.3.0.254',
      auxAddress: { nas: '10.3.0.1' },
      ipv6: true,
      labels: { tier: 'front' },
      options: { 'com.docker.network.bridge.name': 'web0', 'com.docker.network.driver.mtu': '1400' },
    });
    await host.networks.create({ name: 'far', driver: 'ptp', subnet: '10.4.0.0/24' });
    await host.networks.create({ name: 'inner', internal: true });
    await host.networks.remove('gone');
    const before = own(await host.networks.list());
    const links = look(lab);
    await boot(lab, host);

    const next = await lab.open();
    expect(next.problems).toEqual([]);
    expect(own(await next.networks.list())).toEqual(before);
    const { restored, errors } = await next.gc();
    expect([[...restored].sort(), errors]).toEqual([links.map(({ ifname }) => ifname).sort(), []]);
    expect(look(lab)).toEqual(links);
    await expect(next.attach({ create: true, network: 'web', ip: '10.3.0.1' })).rejects.toEqual(
      failure('EADDRRESERVED', /nas/),
    );
    const { endpoint } = await next.attach({ create: true, name: 'a1', network: 'web' });
    expect(endpoint).toMatchObject({ address: '10.3.0.2', gateway: '10.3.0.254', mtu: 1400 });
    ping('a1', '10.3.0.254');
    ping('a1', 'fd00:3::1');
    await expect(next.networks.create({ name: 'other', subnet: '10.4.0.0/16' })).rejects.toEqual(
      failure('EOVERLAP', /"far"/),
    );
    await next.detach('a1');
    expect(await next.networks.prune()).toHaveLength(3);
  });

  test('a network comes back when it is first used, without gc, in whichever process', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: '10.3.0.0/24' });
    await host.networks.create({ name: 'far', driver: 'ptp', subnet: '10.4.0.0/24' });
    await boot(lab, host);
    const [one, other] = [await lab.open(), await lab.open()];
    await Promise.all([
      one.attach({ create: true, name: 'a1', network: 'web' }),
      other.attach({ create: true, name: 'a2', network: 'web' }),
      other.attach({ create: true, name: 'a3', network: 'far' }),
    ]);
    ping('a1', '10.3.0.1');
    ping('a1', '10.3.0.3');
    ping('a3', '10.4.0.1');
    await one.detachAll(['a1', 'a2', 'a3']);
    await one.networks.prune();
    await boot(lab, one, other);
    expect(own(await (await lab.open()).networks.list())).toEqual([]);
  });

  test('one that cannot come back is told, and keeps nobody else from it', async ({ lab }) => {
    const host = await lab.open();
    lab.netns.run('ip', 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'far0');
    await host.networks.create({
      name: 'lan',
      driver: 'macvlan',
      subnet: '10.5.0.0/24',
      options: { parent: 'uplink' },
    });
    await host.networks.create({ name: 'web', subnet: '10.3.0.0/24' });
    const { interface: bridge = '' } = await host.networks.inspect('web');
    await boot(lab, host);
    const next = await lab.open();
    const { restored, errors } = await next.gc();
    expect(restored).toEqual([bridge]);
    expect(errors.every((error) => (error as { code?: string }).code === 'ENOPARENT')).toBe(true);
    await expect(next.attach({ create: true, network: 'lan' })).rejects.toEqual(failure('ENOPARENT', /"uplink"/));
    lab.netns.run('ip', 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'far0');
    lab.netns.run('ip', 'link', 'set', 'uplink', 'up');
    await next.attach({ create: true, name: 'a1', network: 'lan' });
    await next.detach('a1');
    expect([...(await next.networks.prune())].sort()).toEqual(['lan', 'web']);
  });

  test('a host in another namespace with the same state has the same networks', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: '10.3.0.0/24' });
    using netns = new TestNetns();
    const other = await lab.open({ netns: netns.path, runDir: `${lab.runDir}-2` });
    expect(own(await other.networks.list())).toMatchObject([{ name: 'web' }]);
    await other.attach({ create: true, name: 'a1', network: 'web' });
    ping('a1', '10.3.0.1');
    await other.detach('a1');
    expect(netns.ip<IpLink>('link').map(({ ifname }) => ifname)).toContain(
      (await host.networks.inspect('web')).interface,
    );
    await host.networks.remove('web');
  });
});

describe('a bridge of a network that was deleted', () => {
  test('comes back by gc with its ports, those of connected sandboxes as well', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: '10.3.0.0/24' });
    await host.networks.create({ name: 'empty' });
    const [web, empty] = [
      (await host.networks.inspect('web')).interface ?? '',
      (await host.networks.inspect('empty')).interface ?? '',
    ];
    await host.attach({ create: true, name: 'a1', network: 'web' });
    await host.attach({ create: true, name: 'a2' });
    await host.networks.connect('web', 'a2');
    lab.netns.run('ip', 'link', 'del', web);
    lab.netns.run('ip', 'link', 'del', empty);
    const { restored, errors } = await host.gc();
    expect([[...restored].sort(), errors]).toEqual([[web, empty, 'a1', 'a2'].sort(), []]);
    ping('a1', '10.3.0.3');
    ping('a2', '10.3.0.1');
    expect(await host.gc()).toEqual({ sandboxes: [], links: [], files: [], restored: [], errors: [] });
    await host.detachAll(['a1', 'a2']);
    await host.networks.prune();
  });
});

/** What there is to know of the host's links. The address of one that nobody is on is any. */
function look(lab: Lab) {
  return lab
    .links()
    .map(({ ifname, mtu, ifalias, address }) => ({
      ifname,
      mtu,
      ifalias,
      ...(!ifname.startsWith('ptp-') && { address }),
    }))
    .sort((one, other) => (one.ifname < other.ifname ? -1 : 1));
}
