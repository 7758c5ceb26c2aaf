import { fileURLToPath } from 'node:url';
import { describe, expect, test as plain } from 'vitest';
import { Connection } from '../../../src/netlink/index.js';
import { forwardingOff, switchForwardingOn } from '../../../src/network/index.js';
import { TestNetns } from '../../support/netns.js';
import { test } from './lab.js';

const program = fileURLToPath(new URL('advertise.py', import.meta.url));

/** A host whose default route comes from a router beyond its interface `uplink`. */
class Advertised {
  readonly host = new TestNetns();
  readonly router = new TestNetns();

  constructor() {
    const { host, router } = this;
    this.set('ipv4/ip_forward', '0');
    this.set('ipv6/conf/all/forwarding', '0');
    host.run('ip', 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'far', 'netns', router.name);
    this.set('ipv6/conf/uplink/accept_dad', '0');
    host.run('ip', 'link', 'set', 'uplink', 'up');
    router.run('ip', 'address', 'add', 'fe80::1/64', 'dev', 'far', 'nodad');
    router.run('ip', 'link', 'set', 'far', 'up');
    // To ask makes the kernel act on the carrier at once.
    router.run('ip', 'link', 'show', 'dev', 'far');
    host.run('ip', 'link', 'show', 'dev', 'uplink');
  }

  set(path: string, value: string): void {
    this.host.run('sh', '-c', `echo ${value} >/proc/sys/net/${path}`);
  }

  get(path: string): string {
    return this.host.run('cat', `/proc/sys/net/${path}`).trim();
  }

  /** Whether the host believes the router, once that has spoken. */
  async heeds(): Promise<boolean> {
    const route = () => this.host.ip('-6', 'route', 'show', 'default');
    for (let tries = 0; tries < 5 && route().length === 0; tries += 1) {
      this.router.run('python3', program, 'far');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return route().length > 0;
  }

  forgetRouter(): void {
    this.host.run('ip', '-6', 'route', 'flush', 'default');
  }

  [Symbol.dispose](): void {
    this.host.remove();
    this.router.remove();
  }
}

describe('forwarding', () => {
  plain.each([
    [{ ipv4: true, ipv6: false }],
    [{ ipv4: false, ipv6: true }],
    [{ ipv4: true, ipv6: true }],
    [{ ipv4: false, ipv6: false }],
  ])('is switched on for %j, and for nothing else', async (families) => {
    using site = new Advertised();
    await using connection = await Connection.open({ path: site.host.path });
    expect(await forwardingOff(connection)).toEqual({ ipv4: true, ipv6: true });
    await switchForwardingOn(connection, families);
    expect(await forwardingOff(connection)).toEqual({ ipv4: !families.ipv4, ipv6: !families.ipv6 });
    expect([site.get('ipv4/ip_forward'), site.get('ipv6/conf/all/forwarding')]).toEqual(
      [families.ipv4, families.ipv6].map((is) => (is ? '1' : '0')),
    );
    // Twice is once.
    await switchForwardingOn(connection, families);
    expect(await forwardingOff(connection)).toEqual({ ipv4: !families.ipv4, ipv6: !families.ipv6 });
  });
});

describe("the host's own way out, by IPv6", () => {
  plain('is lost where somebody just switches forwarding on', async () => {
    using site = new Advertised();
    expect(await site.heeds()).toBe(true);
    site.set('ipv6/conf/all/forwarding', '1');
    expect(site.host.ip('-6', 'route', 'show', 'default')).toEqual([]);
    expect(await site.heeds()).toBe(false);
  });

  plain('stays where we do, and routers are heeded as before', async () => {
    using site = new Advertised();
    expect(await site.heeds()).toBe(true);
    await using connection = await Connection.open({ path: site.host.path });
    await switchForwardingOn(connection, { ipv4: false, ipv6: true });
    expect(site.host.ip('-6', 'route', 'show', 'default')).toHaveLength(1);
    site.forgetRouter();
    expect(await site.heeds()).toBe(true);
  });

  plain.each([
    ['0', '0'],
    ['2', '0'],
    // It forwards already, and so takes none.
    ['1', '1'],
  ])('is as little to be had as before, with accept_ra=%s and forwarding=%s', async (accept, forwarding) => {
    using site = new Advertised();
    site.set('ipv6/conf/uplink/accept_ra', accept);
    site.set('ipv6/conf/uplink/forwarding', forwarding);
    const before = await site.heeds();
    site.forgetRouter();
    await using connection = await Connection.open({ path: site.host.path });
    await switchForwardingOn(connection, { ipv4: false, ipv6: true });
    expect(site.get('ipv6/conf/uplink/accept_ra')).toBe(accept);
    expect(site.get('ipv6/conf/default/accept_ra')).toBe('1');
    expect(await site.heeds()).toBe(before);
  });
});

test('links of ours, and ports of bridges, are not made to heed routers', async ({ lab }) => {
  const host = await lab.open({ ipForward: false });
  await host.networks.create({ name: 'six', ipv6: true });
  await host.networks.create({ name: 'far', driver: 'ptp', ipv6: true });
  await host.attach({ create: true, name: 'a1', network: 'six' });
  await host.networks.connect('far', 'a1');
  lab.netns.run('ip', 'link', 'add', 'br9', 'type', 'bridge');
  lab.netns.run('ip', 'link', 'add', 'port9', 'type', 'veth', 'peer', 'plain9');
  lab.netns.run('ip', 'link', 'set', 'port9', 'master', 'br9');
  await using connection = await Connection.open({ path: lab.netns.path });
  const accepting = () =>
    lab.linkNames().filter((name) => lab.netns.run('cat', `/proc/sys/net/ipv6/conf/${name}/accept_ra`).trim() === '2');
  expect(accepting()).toEqual([]);
  await switchForwardingOn(connection, { ipv4: false, ipv6: true });
  expect(accepting().sort()).toEqual(['br9', 'plain9']);
  await host.detach('a1');
  await host.networks.prune();
});
