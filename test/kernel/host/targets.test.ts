import { closeSync, lstatSync, openSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { endpointOf, type IpLink, ipIn, ping, runIn, test, withoutClocks } from './lab.js';

describe('whose namespace it is', () => {
  test('a process: /run/netns/NAME leads to it, and ip netns exec works', async ({ lab }) => {
    const host = await lab.open();
    const pid = await lab.process();
    const { netns } = await host.attach({ pid, name: 'web' });
    expect(netns).toBe('/run/netns/web');
    expect(readlinkSync('/run/netns/web')).toBe(`/proc/${pid}/ns/net`);
    expect(statSync('/run/netns/web').ino).toBe(statSync(`/proc/${pid}/ns/net`).ino);
    expect(runIn('web', 'ip', '-o', 'link')).toContain('eth0');
    ping('web', '172.17.0.1');
    await host.detach('web');
    // The namespace stays its process's, without what we had put into it.
    expect(lab.files()).toEqual([]);
    expect(readlinkSync(`/proc/${pid}/ns/net`)).toMatch(/^net:/);
    await host.attach({ pid, name: 'again' });
    expect(ipIn<IpLink>('again', 'link').map(({ ifname }) => ifname)).toEqual(['lo', 'eth0']);
    await host.detach('again');
  });

  test('a file under /run/netns, which gives its name and stays as it is', async ({ lab }) => {
    const host = await lab.open();
    const namespace = lab.namespace();
    const before = lstatSync(namespace.path);
    const attached = await host.attach({ netns: namespace.path });
    expect(attached).toMatchObject({ name: namespace.name, netns: namespace.path });
    ping(namespace.name, endpointOf(attached).gateway);
    expect(lab.files()).toEqual([]);
    await host.detach(namespace.name);
    expect(lstatSync(namespace.path)).toEqual(before);
    expect(namespace.ip<IpLink>('link').map(({ ifname }) => ifname)).toEqual(['lo']);
  });

  test('a file elsewhere, to which /run/netns/NAME leads', async ({ lab }) => {
    const host = await lab.open();
    const path = join(lab.directory, 'a link');
    symlinkSync(lab.namespace().path, path);
    await host.attach({ netns: path, name: 'web' });
    expect(readlinkSync('/run/netns/web')).toBe(path);
    ping('web', '172.17.0.1');
    await host.detach('web');
    expect(readlinkSync(path)).toMatch(/netns/);
  });

  test("a descriptor, which stays the caller's and needs no file", async ({ lab }) => {
    const host = await lab.open();
    const namespace = lab.namespace();
    const fd = openSync(namespace.path, 'r');
    const attached = await host.attach({ fd, name: 'web' });
    expect(attached.netns).toBeUndefined();
    expect(lab.files()).toEqual([]);
    ping(namespace.name, endpointOf(attached).gateway);
    await host.detach('web');
    closeSync(fd);
  });

  test('a new one, bound to /run/netns/NAME, which ends with the sandbox', async ({ lab }) => {
    const host = await lab.open();
    const { sandbox, name } = await host.attach({ create: true });
    expect(name).toBe(sandbox.slice(0, 12));
    expect(lab.files()).toEqual([name]);
    expect(lstatSync(`/run/netns/${name}`).isFile()).toBe(true);
    expect(runIn(name, 'ip', '-o', 'link')).toContain('eth0');
    await host.detach(sandbox);
  });

  test.for([{ ipv6: false }, { ipv6: true }])(
    'not what it had before: links, routes and parameters stay as they are, in a network with ipv6 $ipv6',
    async ({ ipv6 }, { lab }) => {
      const host = await lab.open();
      await host.networks.create({ name: 'web', ipv6 });
      const namespace = lab.namespace();
      namespace.run('ip', 'link', 'add', 'own0', 'type', 'bridge');
      namespace.run('ip', 'address', 'add', '10.9.0.1/24', 'dev', 'own0');
      namespace.run('ip', 'link', 'set', 'own0', 'up');
      // One of them (stable_secret) cannot be read before it is set: 2.
      const parameters = (name: string) =>
        namespace.run('sh', '-c', `grep -rs '' /proc/sys/net/ipv6/conf/${name} || [ $? = 2 ]`);
      const look = () =>
        withoutClocks([
          namespace.ip<IpLink>('link', 'show', 'dev', 'own0'),
          namespace.ip('address', 'show', 'dev', 'own0'),
          namespace.ip('route', 'show', 'dev', 'own0'),
          ...['all', 'default', 'own0'].map(parameters),
        ]);
      const before = look();
      await host.attach({ netns: namespace.path, network: 'web' });
      expect(look()).toEqual(before);
      // What its own interface was made with stays.
      expect(parameters('eth0')).toContain(ipv6 ? 'accept_ra:0' : 'disable_ipv6:1');
      await host.detach(namespace.name);
      expect(look()).toEqual(before);
      await host.networks.remove('web');
    },
  );
});
