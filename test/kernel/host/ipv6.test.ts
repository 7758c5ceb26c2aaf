import { describe, expect } from 'vitest';
import type { Host, HostOptions, NetworkSpec } from '../../../src/index.js';
import { ipIn, type Lab, ping, runIn, test } from './lab.js';

interface IpAddress {
  readonly ifname: string;
  readonly addr_info: readonly {
    readonly family: string;
    readonly local: string;
    readonly scope: string;
    readonly tentative?: boolean;
    readonly dadfailed?: boolean;
  }[];
}

const drivers: readonly Partial<NetworkSpec>[] = [
  { driver: 'bridge' },
  { driver: 'ptp' },
  { driver: 'macvlan', options: { parent: 'uplink' } },
];

const v6 = { subnet: ['10.3.0.0/24', 'fd00:3::/64'], ipv6: true };

/** An interface for macvlans, which wants none of IPv6 itself. */
function uplink({ netns }: Lab): void {
  netns.run('ip', 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'far');
  netns.run('sh', '-c', 'for i in uplink far; do echo 1 >/proc/sys/net/ipv6/conf/$i/disable_ipv6; done');
  netns.run('ip', 'link', 'set', 'uplink', 'up');
  netns.run('ip', 'link', 'set', 'far', 'up');
}

async function make(lab: Lab, spec: Partial<NetworkSpec>, options: HostOptions = {}): Promise<Host> {
  uplink(lab);
  const host = await lab.open(options);
  await host.networks.create({ name: 'web', ...v6, ...spec });
  return host;
}

/** IPv6 addresses of an interface in a sandbox. */
const addressesIn = (sandbox: string, name: string) =>
  ipIn<IpAddress>(sandbox, '-6', 'address', 'show', 'dev', name).flatMap(({ addr_info }) => addr_info);

const setting = (sandbox: string, name: string, key: string) =>
  runIn(sandbox, 'cat', `/proc/sys/net/ipv6/conf/${name}/${key}`).trim();

describe.for(drivers)('an endpoint with IPv6 ($driver)', (spec) => {
  test('can be reached by its address as soon as attach returns: nothing is tentative, nothing link-local', async ({
    lab,
  }) => {
    const host = await make(lab, spec);
    for (const name of ['a1', 'a2']) {
      const { endpoint } = await host.attach({ create: true, name, network: 'web' });
      expect(addressesIn(name, 'eth0')).toEqual([
        expect.objectContaining({ local: endpoint?.address6, scope: 'global' }),
      ]);
      expect(addressesIn(name, 'eth0').filter(({ tentative, dadfailed }) => tentative || dadfailed)).toEqual([]);
      expect(setting(name, 'eth0', 'accept_ra')).toBe('0');
      expect(setting(name, 'eth0', 'accept_redirects')).toBe('0');
      if (spec.driver !== 'macvlan') {
        ping(name, 'fd00:3::1');
      }
    }
    if (spec.driver === 'bridge') {
      ping('a2', 'fd00:3::2');
    }
    if (spec.driver === 'macvlan') {
      ping('a2', 'fd00:3::2');
    }
    await host.detachAll(['a1', 'a2']);
    await host.networks.remove('web');
  });

  test('is given the address that was asked for, and the gateway of its subnet', async ({ lab }) => {
    const host = await make(lab, spec);
    const { endpoint } = await host.attach({ create: true, name: 'a1', network: 'web', ip6: 'FD00:3:0:0::77' });
    expect(endpoint?.address6).toBe('fd00:3::77');
    const routes = ipIn<{ gateway?: string; dev: string }>('a1', '-6', 'route', 'show', 'default');
    expect(routes).toMatchObject([{ gateway: endpoint?.gateway6, dev: 'eth0' }]);
    await host.detach('a1');
    await host.networks.remove('web');
  });

  test('connected to a sandbox without: there as soon as connect returns, and the others stay without', async ({
    lab,
  }) => {
    const host = await make(lab, spec);
    await host.attach({ create: true, name: 'a1' });
    const { address6 } = await host.networks.connect('web', 'a1');
    expect(addressesIn('a1', 'eth0')).toEqual([]);
    expect(addressesIn('a1', 'eth1')).toEqual([expect.objectContaining({ local: address6 })]);
    expect(addressesIn('a1', 'eth1').some(({ tentative }) => tentative)).toBe(false);
    if (spec.driver !== 'macvlan') {
      ping('a1', 'fd00:3::1');
    }
    await host.networks.disconnect('web', 'a1');
    await host.detach('a1');
    await host.networks.remove('web');
  });
});

describe('on the host', () => {
  test('ports have no address, and the bridge its gateway and link-local one at once, without a route', async ({
    lab,
  }) => {
    const host = await make(lab, { driver: 'bridge' });
    const { interface: bridge = '' } = await host.networks.inspect('web');
    const addresses = [
      { local: 'fd00:3::1', prefixlen: 64, scope: 'global' },
      { local: 'fe80::42:aff:fe03:1', prefixlen: 128, scope: 'link' },
    ];
    expect(lab.netns.ip<IpAddress>('-6', 'address', 'show', 'dev', bridge)).toMatchObject([{ addr_info: addresses }]);
    expect(lab.netns.ip('-6', 'route', 'show', 'dev', bridge)).toMatchObject([{ dst: 'fd00:3::/64' }]);
    await host.attach({ create: true, name: 'a1', network: 'web' });
    const all = lab.netns
      .ip<IpAddress>('-6', 'address')
      .filter(({ ifname, addr_info }) => ifname !== 'lo' && addr_info.length > 0);
    expect(all.map(({ ifname, addr_info }) => [ifname, addr_info.map(({ local }) => local)])).toEqual([
      [bridge, addresses.map(({ local }) => local)],
    ]);
    expect(all.flatMap(({ addr_info }) => addr_info).some(({ tentative }) => tentative)).toBe(false);
    await host.detach('a1');
    await host.networks.remove('web');
  });

  test('an endpoint that has never said a word is found by what comes from elsewhere', async ({ lab }) => {
    // Rules would keep it from there.
    const host = await make(lab, { driver: 'bridge' }, { firewall: 'none' });
    const elsewhere = lab.namespace();
    lab.netns.run('ip', 'link', 'add', 'out', 'type', 'veth', 'peer', 'in', 'netns', elsewhere.name);
    lab.netns.run('ip', 'address', 'add', 'fd00:99::1/64', 'dev', 'out', 'nodad');
    lab.netns.run('ip', 'link', 'set', 'out', 'up');
    elsewhere.run('ip', 'address', 'add', 'fd00:99::2/64', 'dev', 'in', 'nodad');
    elsewhere.run('ip', 'link', 'set', 'in', 'up');
    elsewhere.run('ip', 'route', 'add', 'fd00:3::/64', 'via', 'fd00:99::1');
    lab.netns.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding');
    await host.attach({ create: true, name: 'a1', network: 'web' });
    elsewhere.run('ping', '-q', '-c', '1', '-W', '0.9', 'fd00:3::2');
    await host.detach('a1');
    await host.networks.remove('web');
  });

  test('a network may have a random local subnet, and the default network fixed-cidr-v6', async ({ lab }) => {
    const host = await lab.open({ ipv6: true, fixedCidrV6: 'fd00:17::/64' });
    const { subnets } = await host.networks.create({ name: 'web', ipv6: true });
    expect(subnets.map(({ subnet }) => subnet)).toEqual([
      '172.18.0.0/16',
      expect.stringMatching(/^fd[0-9a-f]{2}:.*::\/64$/),
    ]);
    const { endpoint } = await host.attach({ create: true, name: 'a1' });
    expect(endpoint).toMatchObject({ address6: 'fd00:17::2', gateway6: 'fd00:17::1' });
    ping('a1', 'fd00:17::1');
    await host.detach('a1');
    await host.networks.remove('web');
  });

  test.for(drivers)('a network without IPv6 has it off on its endpoints: $driver', async (spec, { lab }) => {
    uplink(lab);
    const host = await lab.open();
    const network = await host.networks.create({ name: 'web', ...spec });
    const { endpoint } = await host.attach({ create: true, name: 'a1', network: 'web' });
    expect(endpoint?.address6).toBeUndefined();
    expect(setting('a1', 'eth0', 'disable_ipv6')).toBe('1');
    expect(addressesIn('a1', 'eth0')).toEqual([]);
    const hostSide = [endpoint?.hostInterface, network.interface === 'uplink' ? undefined : network.interface];
    for (const name of hostSide.filter((one) => one !== undefined)) {
      expect(lab.netns.ip<IpAddress>('-6', 'address', 'show', 'dev', name)).toEqual([]);
    }
    await host.detach('a1');
    await host.networks.remove('web');
  });
});
