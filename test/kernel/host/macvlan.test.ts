import { closeSync, openSync } from 'node:fs';
import { describe, expect } from 'vitest';
import type { Host } from '../../../src/index.js';
import { run } from '../../support/netns.js';
import { failure, type IpLink, ipIn, type Lab, ping, runIn, test } from './lab.js';

/** An interface of the host, and at its other end a machine with 10.3.0.254. */
function uplink({ netns }: Lab, machine: string): void {
  netns.run('ip', 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'eth0', 'netns', machine);
  netns.run('ip', 'link', 'set', 'uplink', 'up');
  run('ip', '-n', machine, 'address', 'add', '10.3.0.254/24', 'dev', 'eth0');
  run('ip', '-n', machine, 'link', 'set', 'eth0', 'up');
}

async function make(lab: Lab, options: Record<string, string> = {}): Promise<{ host: Host; machine: string }> {
  const { name: machine } = lab.namespace();
  uplink(lab, machine);
  const host = await lab.open();
  const subnet = { subnet: '10.3.0.0/24', gateway: '10.3.0.254' };
  await host.networks.create({ name: 'lan', driver: 'macvlan', ...subnet, options: { parent: 'uplink', ...options } });
  return { host, machine };
}

interface Macvlan extends IpLink {
  readonly linkinfo: { readonly info_kind: string; readonly info_data: { readonly mode: string } };
}

describe('an endpoint on a macvlan network', () => {
  test('stands in the network of its parent as a machine of its own, and nothing of it on the host', async ({
    lab,
  }) => {
    const { host, machine } = await make(lab);
    const attached = await host.attach({ create: true, name: 'a1', network: 'lan' });
    const { hostInterface, hostIndex, ...endpoint } = attached.endpoint ?? expect.fail();
    expect([hostInterface, hostIndex]).toEqual([undefined, undefined]);
    expect(endpoint).toMatchObject({ address: '10.3.0.1', gateway: '10.3.0.254', interface: 'eth0', mtu: 1500 });
    const [link] = ipIn<Macvlan>('a1', 'link', 'show', 'dev', 'eth0');
    expect(link).toMatchObject({
      address: endpoint.macAddress,
      ifalias: `netplumb sandbox ${attached.sandbox} a1 ${lab.runDir}`,
      linkinfo: { info_kind: 'macvlan', info_data: { mode: 'bridge' } },
    });
    ping('a1', '10.3.0.254');
    run('ip', 'netns', 'exec', machine, 'ping', '-q', '-c', '1', '-W', '2', '10.3.0.1');
    await host.attach({ create: true, name: 'a2', network: 'lan' });
    ping('a1', '10.3.0.2');
    expect(lab.linkNames()).toEqual(['uplink']);
    await host.detachAll(['a1', 'a2']);
    await host.networks.remove('lan');
    expect(lab.linkNames()).toEqual(['uplink']);
  });

  test.for(['bridge', 'private', 'vepa', 'passthru'])(
    'has the mode that the network has: %s',
    async (mode, { lab }) => {
      const { host } = await make(lab, { macvlan_mode: mode });
      await host.attach({ create: true, name: 'a1', network: 'lan' });
      expect(ipIn<Macvlan>('a1', 'link', 'show', 'dev', 'eth0')[0]?.linkinfo.info_data.mode).toBe(mode);
      ping('a1', '10.3.0.254');
      if (mode === 'passthru') {
        // There can only be one.
        await expect(host.attach({ create: true, name: 'a2', network: 'lan' })).rejects.toMatchObject({
          name: 'NetplumbError',
        });
        expect(lab.files()).toEqual(['a1']);
      } else {
        await host.attach({ create: true, name: 'a2', network: 'lan' });
        if (mode !== 'bridge') {
          expect(() => ping('a1', '10.3.0.2')).toThrow();
        }
      }
      await host.detachAll(['a1', 'a2']);
      await host.networks.remove('lan');
    },
  );

  test('is gone from the namespace of a process, of a file and of a descriptor that live on', async ({ lab }) => {
    const { host } = await make(lab);
    const pid = await lab.process();
    const namespace = lab.namespace();
    const linksOf = (netns: string) => run('nsenter', `--net=${netns}`, 'ip', '-o', 'link').match(/^\d+: ([^:@]+)/gm);
    for (const [spec, netns] of [
      [{ pid, name: 'a1' }, `/proc/${pid}/ns/net`],
      [{ netns: namespace.path, name: 'a1' }, namespace.path],
    ] as const) {
      await host.attach({ ...spec, network: 'lan' });
      expect(linksOf(netns)).toHaveLength(2);
      await host.detach('a1');
      expect(linksOf(netns)).toEqual(['1: lo']);
    }
    await host.networks.remove('lan');
  });

  test('comes and goes with connect and disconnect', async ({ lab }) => {
    const { host } = await make(lab);
    await host.attach({ create: true, name: 'a1' });
    await host.networks.connect('lan', 'a1', { gatewayPriority: 1 });
    ping('a1', '10.3.0.254');
    expect(ipIn('a1', 'route', 'show', 'default')).toMatchObject([{ gateway: '10.3.0.254', dev: 'eth1' }]);
    await host.networks.disconnect('lan', 'a1');
    expect(ipIn<IpLink>('a1', 'link').map(({ ifname }) => ifname)).toEqual(['lo', 'eth0']);
    expect(ipIn('a1', 'route', 'show', 'default')).toMatchObject([{ gateway: '172.17.0.1', dev: 'eth0' }]);
    await host.detach('a1');
    await host.networks.remove('lan');
  });

  test('that is refused leaves nothing, and one beside other interfaces gets the number that is free', async ({
    lab,
  }) => {
    const { host } = await make(lab);
    const namespace = lab.namespace();
    namespace.run('ip', 'link', 'add', 'eth0', 'type', 'bridge');
    await expect(host.attach({ netns: namespace.path, name: 'a1', network: 'lan' })).rejects.toEqual(
      failure('EIFINUSE'),
    );
    expect(namespace.ip<IpLink>('link').map(({ ifname }) => ifname)).toEqual(['lo', 'eth0']);
    namespace.run('ip', 'link', 'del', 'eth0');
    namespace.run('ip', 'link', 'add', 'own0', 'index', '2', 'type', 'bridge');
    await host.attach({ netns: namespace.path, name: 'a1', network: 'lan' });
    expect(namespace.ip<IpLink>('link').map(({ ifname }) => ifname)).toEqual(['lo', 'own0', 'eth0']);
    await host.detach('a1');
    expect(namespace.ip<IpLink>('link').map(({ ifname }) => ifname)).toEqual(['lo', 'own0']);
    await expect(host.attach({ netns: '/etc/passwd', name: 'a2', network: 'lan' })).rejects.toEqual(
      failure('ENOTNETNS'),
    );
    await host.networks.remove('lan');
  });

  test('of a sandbox that died is collected with it', async ({ lab }) => {
    const { host } = await make(lab);
    await host.attach({ create: true, name: 'a1', network: 'lan' });
    expect(await host.gc()).toEqual({ sandboxes: [], links: [], files: [], restored: [], errors: [] });
    run('ip', 'netns', 'del', 'a1');
    expect((await host.gc()).sandboxes).toEqual(['a1']);
    await host.networks.remove('lan');
  });

  test('is not made where nobody could take it away again: by a bare descriptor', async ({ lab }) => {
    const { host } = await make(lab);
    const namespace = lab.namespace();
    const fd = openSync(namespace.path, 'r');
    await expect(host.attach({ fd, name: 'a1', network: 'lan' })).rejects.toEqual(failure('ENOREACH', /a1/));
    expect(runIn(namespace.name, 'ip', '-o', 'link')).not.toContain('eth0');
    closeSync(fd);
    await host.networks.remove('lan');
  });
});

describe('a macvlan network', () => {
  test('needs its parent: named, there, and there still', async ({ lab }) => {
    const { host } = await make(lab);
    await expect(
      host.networks.create({ name: 'other', driver: 'macvlan', options: { parent: 'missing' } }),
    ).rejects.toEqual(failure('ENOPARENT', /"missing"/));
    await expect(
      host.networks.create({ name: 'other', driver: 'macvlan', options: { macvlan_mode: 'bogus' } }),
    ).rejects.toEqual(failure('EBADOPTION', /bridge, private/));
    lab.netns.run('ip', 'link', 'del', 'uplink');
    const fresh = await lab.open();
    await expect(fresh.attach({ create: true, name: 'a1', network: 'lan' })).rejects.toEqual(failure('ENOPARENT'));
    await expect(host.attach({ create: true, name: 'a1', network: 'lan' })).rejects.toMatchObject({
      name: 'NetplumbError',
    });
    await host.networks.remove('lan');
  });

  test('shares its parent with another', async ({ lab }) => {
    const { host } = await make(lab);
    await host.networks.create({
      name: 'other',
      driver: 'macvlan',
      subnet: '10.4.0.0/24',
      options: { parent: 'uplink' },
    });
    await host.attach({ create: true, name: 'a1', network: 'other' });
    await host.networks.remove('lan');
    await host.detach('a1');
    await host.networks.remove('other');
    expect(lab.linkNames()).toEqual(['uplink']);
  });

  test('without a parent stands on a dummy, or is refused where the kernel has none', async ({ lab }) => {
    const host = await lab.open();
    const made = await host.networks.create({ name: 'inner', driver: 'macvlan' }).catch((error) => error);
    if (made instanceof Error) {
      expect(made).toEqual(failure('EUNSUPPORTED', /dummy/));
    } else {
      expect(made).toMatchObject({ internal: true });
      await host.networks.remove('inner');
    }
    expect(lab.linkNames()).toEqual([]);
    await lab.expectEmpty();
  });
});
