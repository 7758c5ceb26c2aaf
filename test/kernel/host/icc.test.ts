import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import type { Host, NetworkSpec } from '../../../src/index.js';
import { endpointOf, type IpLink, ipIn, type Lab, type PairedEndpoint, ping, runIn, test } from './lab.js';

const icc = 'com.docker.network.bridge.enable_icc';
const apart = { [icc]: 'false' };
const frames = fileURLToPath(new URL('frames.py', import.meta.url));
const both = { subnet: ['10.3.0.0/24', 'fd00:3::/64'], ipv6: true };

interface IpRoute {
  readonly dst: string;
  readonly gateway?: string;
  readonly dev: string;
  readonly scope?: string;
}

interface Joined {
  readonly host: Host;
  readonly one: PairedEndpoint;
  readonly other: PairedEndpoint;
}

/** Two sandboxes, `a1` and `a2`, on a network `web` of both families; without rules: what is seen is the drivers' doing. */
async function join(lab: Lab, spec: Partial<NetworkSpec> = {}): Promise<Joined> {
  const host = await lab.open({ firewall: 'none' });
  await host.networks.create({ name: 'web', ...both, options: apart, ...spec });
  const [one, other] = [
    endpointOf(await host.attach({ create: true, name: 'a1', network: 'web' })),
    endpointOf(await host.attach({ create: true, name: 'a2', network: 'web' })),
  ];
  return { host, one, other };
}

async function part({ host }: Joined): Promise<void> {
  await host.detachAll(['a1', 'a2']);
  await host.networks.prune();
}

function set({ netns }: Lab, path: string, value: string): void {
  netns.run('sh', '-c', `echo ${value} >/proc/sys/net/${path}`);
}

function forward(lab: Lab): void {
  set(lab, 'ipv4/ip_forward', '1');
  set(lab, 'ipv6/conf/all/forwarding', '1');
}

/** Whether the bridge passes nothing from the host's end to other isolated ones. */
function isIsolated({ netns }: Lab, { hostInterface }: PairedEndpoint): boolean {
  const [port] = netns.ip<{ linkinfo?: { info_slave_data?: { isolated?: boolean } } }>(
    'link',
    'show',
    'dev',
    hostInterface,
  );
  return port?.linkinfo?.info_slave_data?.isolated ?? false;
}

const routesIn = (sandbox: string, ...family: string[]) =>
  ipIn<IpRoute>(sandbox, ...family, 'route').map(({ dst, gateway, dev, scope }) =>
    [dst, ...(gateway === undefined ? [] : ['via', gateway]), dev, ...(scope === 'link' ? [scope] : [])].join(' '),
  );

/** Destinations of the frames that reach `a2`, of which one is sent by `a1` to each of these. */
async function heard(...addresses: string[]): Promise<string[]> {
  const listener = spawn('ip', ['netns', 'exec', 'a2', 'python3', frames, 'wait', '0.5']);
  const texts: string[] = [];
  listener.stdout.setEncoding('utf8').on('data', (text: string) => texts.push(text));
  await once(listener.stdout, 'data');
  runIn('a1', 'python3', frames, 'send', ...addresses);
  await once(listener, 'close');
  return texts.join('').split('\n').slice(1, -1);
}

describe('without icc', () => {
  test('no frame goes from one endpoint to another, whatever its destination; with it, each does', async ({ lab }) => {
    for (const options of [apart, {}]) {
      const joined = await join(lab, { options });
      const all = ['ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:fb', joined.other.macAddress, '02:00:00:00:00:99'];
      // A MAC address that nobody has goes to every port, but not to the sandbox's own sockets.
      expect(await heard(...all)).toEqual(options === apart ? [] : all);
      expect([joined.one, joined.other].map((end) => isIsolated(lab, end))).toEqual(
        options === apart ? [true, true] : [false, false],
      );
      await part(joined);
    }
  });

  test('endpoints know none but the gateway: what is for the others goes there', async ({ lab }) => {
    const joined = await join(lab);
    expect(joined.one).toMatchObject({ address: '10.3.0.2', prefixLength: 24, gateway: '10.3.0.1' });
    expect(routesIn('a1')).toEqual([
      'default via 10.3.0.1 eth0',
      '10.3.0.0/24 via 10.3.0.1 eth0',
      '10.3.0.1 eth0 link',
    ]);
    expect(routesIn('a1', '-6')).toEqual([
      'fd00:3::1 eth0',
      'fd00:3::/64 via fd00:3::1 eth0',
      'default via fd00:3::1 eth0',
    ]);
    await part(joined);
  });

  test.for(['0', '1'])(
    'the host decides what passes between them, as a router (bridge-nf-call-iptables=%s)',
    async (filtered, { lab }) => {
      const joined = await join(lab);
      forward(lab);
      set(lab, 'bridge/bridge-nf-call-iptables', filtered);
      set(lab, 'bridge/bridge-nf-call-ip6tables', filtered);
      for (const gateway of ['10.3.0.1', 'fd00:3::1']) {
        ping('a1', gateway);
      }
      for (const address of ['10.3.0.3', 'fd00:3::3']) {
        ping('a1', address);
      }
      lab.netns.run(
        'nft',
        'add table inet t; add chain inet t f { type filter hook forward priority 0; policy drop; }',
      );
      for (const address of ['10.3.0.3', 'fd00:3::3']) {
        expect(() => ping('a1', address)).toThrow();
      }
      for (const gateway of ['10.3.0.1', 'fd00:3::1']) {
        ping('a1', gateway);
      }
      lab.netns.run('nft', 'delete table inet t');
      await part(joined);
    },
  );

  test('nobody is told of a shorter way, and one who is told does not take it', async ({ lab }) => {
    const joined = await join(lab);
    forward(lab);
    const redirects = () => /^IcmpInRedirects\s+(\d+)/m.exec(runIn('a1', 'nstat', '-asz', 'IcmpInRedirects'))?.[1];
    runIn('a1', 'ping', '-q', '-c', '5', '-i', '0.05', '-W', '0.9', '10.3.0.3');
    expect(redirects()).toBe('0');
    set(lab, 'ipv4/conf/all/send_redirects', '1');
    runIn('a1', 'ping', '-q', '-c', '5', '-i', '0.05', '-W', '0.9', '10.3.0.3');
    expect(redirects()).not.toBe('0');
    // Longer than it takes to find out that nobody answers for the other's address.
    runIn('a1', 'ping', '-q', '-c', '20', '-i', '0.2', '-W', '0.9', '10.3.0.3');
    expect(runIn('a1', 'ip', 'route', 'get', '10.3.0.3')).toMatch(/via 10\.3\.0\.1/);
    await part(joined);
  });

  test('an internal network has a gateway for its own subnet, and no way out', async ({ lab }) => {
    const joined = await join(lab, { internal: true });
    forward(lab);
    expect(routesIn('a1')).toEqual(['10.3.0.0/24 via 10.3.0.1 eth0', '10.3.0.1 eth0 link']);
    expect(routesIn('a1', '-6')).toEqual(['fd00:3::1 eth0', 'fd00:3::/64 via fd00:3::1 eth0']);
    ping('a1', '10.3.0.3');
    ping('a1', 'fd00:3::3');
    await part(joined);
  });

  test('in gateway mode isolated there is nobody to speak to', async ({ lab }) => {
    const modes = Object.fromEntries([4, 6].map((v) => [`com.docker.network.bridge.gateway_mode_ipv${v}`, 'isolated']));
    const joined = await join(lab, { internal: true, options: { ...apart, ...modes } });
    forward(lab);
    expect([routesIn('a1'), routesIn('a1', '-6')]).toEqual([[], []]);
    const { interface: bridge = '' } = await joined.host.networks.inspect('web');
    expect(lab.netns.ip('address', 'show', 'dev', bridge)).toMatchObject([{ addr_info: [] }]);
    expect(() => ping('a1', '10.3.0.3')).toThrow(/unreachable/);
    await part(joined);
  });

  test('a router that is not the gateway is a neighbour too', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: '10.3.0.0/24', options: apart });
    await host.attach({ create: true, name: 'a1', network: 'web', defaultGateway: '10.3.0.254' });
    expect(routesIn('a1')).toEqual([
      'default via 10.3.0.254 eth0',
      '10.3.0.0/24 via 10.3.0.1 eth0',
      '10.3.0.1 eth0 link',
      '10.3.0.254 eth0 link',
    ]);
    await host.detach('a1');
    await host.networks.prune();
  });

  test('default routes lead through it, and away from it, as sandboxes join and leave networks', async ({ lab }) => {
    const joined = await join(lab);
    const { host } = joined;
    forward(lab);
    await host.networks.create({ name: 'far', subnet: '10.4.0.0/24' });
    await host.networks.connect('far', 'a1', { gatewayPriority: 1 });
    expect(routesIn('a1')).toContain('default via 10.4.0.1 eth1');
    ping('a1', '10.3.0.3');
    await host.networks.disconnect('web', 'a1');
    expect(routesIn('a1')).toEqual(['default via 10.4.0.1 eth1', '10.4.0.0/24 eth1 link']);
    await host.networks.connect('web', 'a1', { gatewayPriority: 2 });
    expect(routesIn('a1')).toEqual([
      'default via 10.3.0.1 eth0',
      '10.3.0.0/24 via 10.3.0.1 eth0',
      '10.3.0.1 eth0 link',
      '10.4.0.0/24 eth1 link',
    ]);
    ping('a1', '10.3.0.3');
    await part(joined);
  });
});

describe('gc', () => {
  test('isolates a port again that somebody has opened, or taken off the bridge', async ({ lab }) => {
    const joined = await join(lab);
    const { host, one, other } = joined;
    lab.netns.run('ip', 'link', 'set', one.hostInterface, 'type', 'bridge_slave', 'isolated', 'off');
    lab.netns.run('ip', 'link', 'set', other.hostInterface, 'nomaster');
    expect(isIsolated(lab, one)).toBe(false);
    expect(await host.gc()).toMatchObject({ restored: ['a1', 'a2'], errors: [] });
    expect([one, other].map((end) => isIsolated(lab, end))).toEqual([true, true]);
    expect(await host.gc()).toMatchObject({ restored: [], errors: [] });
    await part(joined);
  });

  test('brings a bridge back with its ports isolated', async ({ lab }) => {
    const joined = await join(lab);
    const { host, one, other } = joined;
    const bridge = lab.links().find(({ linkinfo }) => linkinfo?.info_kind === 'bridge') as IpLink;
    lab.netns.run('ip', 'link', 'del', bridge.ifname);
    expect(await host.gc()).toMatchObject({ restored: [bridge.ifname, 'a1', 'a2'], errors: [] });
    expect([one, other].map((end) => isIsolated(lab, end))).toEqual([true, true]);
    await part(joined);
  });
});
