import { describe, expect } from 'vitest';
import type { Host } from '../../../src/index.js';
import { endpointOf, type IpLink, ipIn, type Lab, ping, test } from './lab.js';

interface IpRoute {
  readonly dst: string;
  readonly gateway?: string;
  readonly dev: string;
  readonly scope?: string;
}

async function make(lab: Lab, spec: object = {}): Promise<Host> {
  const host = await lab.open();
  await host.networks.create({ name: 'far', driver: 'ptp', subnet: '10.3.0.0/24', ...spec });
  return host;
}

/** From the host, which asks once. */
const pingFromHost = ({ netns }: Lab, address: string) => netns.run('ping', '-q', '-c', '1', '-W', '0.9', address);

/** Before Linux 6.17 an interface forwards IPv6 only where all do. */
function forwardIpv6({ netns }: Lab): void {
  netns.run('sh', '-c', 'cd /proc/sys/net/ipv6/conf/all && { test -e force_forwarding || echo 1 >forwarding; }');
}

describe('an endpoint on a ptp network', () => {
  test('is alone in its subnet, behind a gateway that is on its own link, and there is no bridge', async ({ lab }) => {
    const host = await make(lab);
    const endpoint = endpointOf(await host.attach({ create: true, name: 'a1', network: 'far' }));
    expect(endpoint).toMatchObject({ address: '10.3.0.2', prefixLength: 32, gateway: '169.254.1.1' });
    expect(ipIn<IpRoute>('a1', 'route').find(({ dst }) => dst === 'default')).toMatchObject({
      gateway: '169.254.1.1',
      dev: 'eth0',
    });
    const end = lab.links().find(({ ifname }) => ifname === endpoint.hostInterface);
    expect(end).toMatchObject({ operstate: 'UP' });
    expect(end?.master).toBeUndefined();
    expect(lab.netns.ip<IpRoute>('route', 'show', '10.3.0.2')).toMatchObject([
      { dst: '10.3.0.2', dev: endpoint.hostInterface },
    ]);
    await host.detach('a1');
    await host.networks.remove('far');
    expect(lab.links()).toEqual([]);
  });

  test('reaches the others, the host and the gateway, and is reached by them, with the first packet', async ({
    lab,
  }) => {
    const host = await make(lab);
    for (const name of ['a1', 'a2', 'a3']) {
      const { address } = endpointOf(await host.attach({ create: true, name, network: 'far' }));
      pingFromHost(lab, address);
      for (const other of ['169.254.1.1', '10.3.0.1', '10.3.0.2']) {
        ping(name, other);
      }
    }
    await host.detachAll(['a1', 'a2', 'a3']);
    await host.networks.remove('far');
  });

  test('reaches the others in a network that leads nowhere else, and nobody beyond', async ({ lab }) => {
    const host = await make(lab, { internal: true, ipv6: true, subnet: ['10.3.0.0/24', 'fd00:3::/64'] });
    forwardIpv6(lab);
    await host.attach({ create: true, name: 'a1', network: 'far' });
    await host.attach({ create: true, name: 'a2', network: 'far' });
    ping('a1', '10.3.0.3');
    ping('a1', '10.3.0.1');
    ping('a1', 'fd00:3::3');
    expect(ipIn('a1', 'route', 'show', 'default')).toEqual([]);
    expect(() => ping('a1', '10.99.0.1')).toThrow(/unreachable/);
    await host.detachAll(['a1', 'a2']);
    await host.networks.remove('far');
  });

  test('beside another network is the way to its own subnet', async ({ lab }) => {
    const host = await make(lab, { ipv6: true, subnet: ['10.3.0.0/24', 'fd00:3::/64'] });
    await host.attach({ create: true, name: 'a1' });
    await host.attach({ create: true, name: 'a2', network: 'far' });
    await host.networks.connect('far', 'a1');
    expect(ipIn<IpRoute>('a1', 'route', 'show', 'default')).toMatchObject([{ gateway: '172.17.0.1', dev: 'eth0' }]);
    expect(ipIn<IpRoute>('a1', 'route', 'get', '10.3.0.2')).toMatchObject([{ dev: 'eth1', gateway: '169.254.1.1' }]);
    ping('a1', '10.3.0.2');
    ping('a2', '10.3.0.3');
    await host.networks.disconnect('bridge', 'a1');
    expect(ipIn<IpRoute>('a1', 'route', 'show', 'default')).toMatchObject([{ gateway: '169.254.1.1', dev: 'eth1' }]);
    await host.detachAll(['a1', 'a2']);
    await host.networks.remove('far');
  });

  test('reaches the others by IPv6', async ({ lab }) => {
    const host = await make(lab, { ipv6: true, subnet: ['10.3.0.0/24', 'fd00:3::/64'] });
    await host.attach({ create: true, name: 'a1', network: 'far' });
    await host.attach({ create: true, name: 'a2', network: 'far' });
    ping('a1', 'fd00:3::1');
    forwardIpv6(lab);
    ping('a1', 'fd00:3::3');
    pingFromHost(lab, 'fd00:3::2');
    await host.detachAll(['a1', 'a2']);
    await host.networks.remove('far');
  });

  test('there may be more of than a bridge has ports', { timeout: 120_000 }, async ({ lab }) => {
    const host = await make(lab, { subnet: '10.3.0.0/20' });
    const specs = Array.from({ length: 1100 }, (_, i) => ({ create: true, name: `far${i}`, network: 'far' }));
    const results = await host.attachAll(specs);
    expect(results.filter(({ error }) => error)).toEqual([]);
    expect(new Set(results.map(({ attached }) => attached?.endpoint?.address)).size).toBe(1100);
    ping('far1099', results[0]?.attached?.endpoint?.address ?? '');
    ping('far0', results[1099]?.attached?.endpoint?.address ?? '');
    const removed = await host.detachAll(specs.map(({ name }) => name));
    expect(removed.filter(({ error }) => error)).toEqual([]);
    expect(lab.netns.ip<IpRoute>('route')).toEqual([]);
    await host.networks.remove('far');
  });
});

describe('what a ptp network consists of on the host', () => {
  test('comes back by gc with the ways to its endpoints', async ({ lab }) => {
    const host = await make(lab, { ipv6: true, subnet: ['10.3.0.0/24', 'fd00:3::/64'] });
    const { interface: home = '' } = await host.networks.inspect('far');
    await host.attach({ create: true, name: 'a1', network: 'far' });
    lab.netns.run('ip', 'link', 'del', home);
    expect((await host.gc()).restored).toContain(home);
    expect(lab.links().find(({ ifname }) => ifname === home)).toMatchObject({
      ifalias: expect.stringMatching(/^netplumb network/),
    });
    pingFromHost(lab, '10.3.0.2');
    pingFromHost(lab, 'fd00:3::2');
    ping('a1', '10.3.0.1');
    ping('a1', 'fd00:3::1');
    expect(await host.gc()).toMatchObject({ restored: [], links: [], errors: [] });
    await host.detach('a1');
    await host.networks.remove('far');
  });

  test('a way to an endpoint that somebody took away comes back by gc', async ({ lab }) => {
    const host = await make(lab);
    const { hostInterface } = endpointOf(await host.attach({ create: true, name: 'a1', network: 'far' }));
    lab.netns.run('ip', 'link', 'set', hostInterface, 'down');
    expect(() => pingFromHost(lab, '10.3.0.2')).toThrow();
    expect((await host.gc()).restored).toEqual(['a1']);
    pingFromHost(lab, '10.3.0.2');
    expect(lab.links().find(({ ifname }: IpLink) => ifname === hostInterface)).toMatchObject({ operstate: 'UP' });
    await host.detach('a1');
    await host.networks.remove('far');
  });
});
