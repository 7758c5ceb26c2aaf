import { execFileSync } from 'node:child_process';
import { describe, expect } from 'vitest';
import { endpointOf, failure, type IpLink, ping, runIn, test } from './lab.js';

describe('a namespace that was used before', () => {
  test('may have interfaces: eth0 gets the lowest number that is free', async ({ lab }) => {
    const host = await lab.open();
    const namespace = lab.namespace();
    namespace.run('ip', 'link', 'add', 'own0', 'type', 'veth', 'peer', 'own1');
    const attached = await host.attach({ netns: namespace.path });
    const links = namespace.ip<IpLink>('link').map(({ ifindex, ifname }) => [ifindex, ifname]);
    expect(links).toEqual([
      [1, 'lo'],
      [2, 'own1'],
      [3, 'own0'],
      [4, 'eth0'],
    ]);
    ping(namespace.name, endpointOf(attached).gateway);
    await host.detach(namespace.name);
  });

  test('may not have an eth0: EIFINUSE, and it stays as it was', async ({ lab }) => {
    const host = await lab.open();
    const namespace = lab.namespace();
    namespace.run('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'other');
    const before = [namespace.ip<IpLink>('link'), disableIpv6(namespace.name)];
    await expect(host.attach({ netns: namespace.path })).rejects.toEqual(failure('EIFINUSE', /interface "eth0"/));
    expect([namespace.ip<IpLink>('link'), disableIpv6(namespace.name)]).toEqual(before);
    await lab.expectEmpty();
  });

  test('may be in no other sandbox on the network: EJOINED names it', async ({ lab }) => {
    const host = await lab.open();
    const namespace = lab.namespace();
    const pid = await lab.process();
    await host.attach({ netns: namespace.path, name: 'first' });
    await host.attach({ pid, name: 'second' });
    for (const spec of [{ netns: namespace.path }, { netns: namespace.path, name: 'third' }]) {
      await expect(host.attach(spec)).rejects.toEqual(failure('EJOINED', /sandbox "first"/));
    }
    // The same namespaces by other ways.
    await expect(host.attach({ pid, name: 'third' })).rejects.toEqual(failure('EJOINED', /sandbox "second"/));
    await expect(host.attach({ netns: `/proc/${pid}/ns/net` })).rejects.toEqual(failure('EJOINED', /sandbox "second"/));
    ping('second', endpointOf(await host.attach({ create: true, name: 'api' })).address);
    await host.detachAll(['first', 'second', 'api']);
  });

  test('is refused once when it is asked for twice at the same moment', async ({ lab }) => {
    const host = await lab.open();
    const namespace = lab.namespace();
    const results = await host.attachAll([
      { netns: namespace.path, name: 'first' },
      { netns: namespace.path, name: 'second' },
    ]);
    expect(results.map(({ attached }) => attached?.name)).toEqual(['first', undefined]);
    expect(results[1]?.error).toEqual(failure('EIFINUSE'));
    await host.detach('first');
    await lab.expectEmpty();
  });

  test("may not be the host's own: the host would get an eth0 and a default route", async ({ lab }) => {
    const host = await lab.open();
    lab.netns.run('ip', 'link', 'set', 'lo', 'up');
    // The first attach of all makes the bridge, whatever else is wrong with it.
    await expect(host.attach({ netns: '/run/netns/none' })).rejects.toEqual(failure('ENOTNETNS'));
    const state = () => [lab.links().map(({ ifname }) => ifname), lab.netns.ip('route'), disableIpv6(lab.netns.name)];
    const before = state();
    await expect(host.attach({ netns: lab.netns.path, name: 'self' })).rejects.toEqual(
      failure('EUSAGE', /the host's own/),
    );
    expect(state()).toEqual(before);
    const here = await lab.open({ netns: `/proc/${process.pid}/ns/net`, runDir: `${lab.runDir}/here` });
    for (const spec of [{ pid: process.pid }, { netns: '/proc/self/ns/net' }, { pid: process.pid, network: 'none' }]) {
      await expect(here.attach(spec)).rejects.toEqual(failure('EUSAGE', /the host's own/));
    }
    execFileSync('ip', ['link', 'del', 'netplumb0']);
  });
});

describe('numbers of interfaces on the host', () => {
  test('are passed over where somebody else has them', async ({ lab }) => {
    for (const [i, index] of [1_000_000, 1_000_002, 2 ** 31 - 1].entries()) {
      lab.netns.run('ip', 'link', 'add', 'index', `${index}`, 'name', `own${i}`, 'type', 'bridge');
    }
    const host = await lab.open();
    const results = await host.attachAll(['web', 'api', 'db'].map((name) => ({ create: true, name })));
    const indexes = results.map(({ attached }) => attached?.endpoint?.hostIndex);
    expect(new Set(indexes).size).toBe(3);
    expect(indexes).not.toContain(undefined);
    for (const { attached } of results) {
      expect(lab.links().find(({ ifindex }) => ifindex === attached?.endpoint?.hostIndex)?.ifname).toBe(
        attached?.endpoint?.hostInterface,
      );
    }
    ping('web', '172.17.0.1');
    await host.detachAll(['web', 'api', 'db']);
    expect(
      lab
        .links()
        .map(({ ifname }) => ifname)
        .sort(),
    ).toEqual(['netplumb0', 'own0', 'own1', 'own2']);
    for (const i of [0, 1, 2]) {
      lab.netns.run('ip', 'link', 'del', `own${i}`);
    }
  });

  test('find the link that was renamed meanwhile', async ({ lab }) => {
    const host = await lab.open();
    const { hostInterface } = endpointOf(await host.attach({ create: true, name: 'web' }));
    lab.netns.run('ip', 'link', 'set', hostInterface, 'down');
    lab.netns.run('ip', 'link', 'set', hostInterface, 'name', 'renamed0');
    lab.netns.run('ip', 'link', 'set', 'renamed0', 'up');
    ping('web', '172.17.0.1');
    await host.detach('web');
    await lab.expectEmpty();
  });
});

/** Whether new interfaces of a namespace have IPv6 off. */
function disableIpv6(namespace: string): string {
  return runIn(namespace, 'cat', '/proc/sys/net/ipv6/conf/default/disable_ipv6');
}
