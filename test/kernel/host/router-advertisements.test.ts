import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import type { TestNetns } from '../../support/netns.js';
import { run } from '../../support/netns.js';
import { type Lab, runIn, test } from './lab.js';

const program = fileURLToPath(new URL('advertise.py', import.meta.url));
const rogue = '2001:db8:bad:';

/** Addresses and routes that come of the advertisement, in a namespace under /run/netns. */
function gains(namespace: string): string[] {
  const text = run('ip', '-n', namespace, '-6', '-o', 'address') + run('ip', '-n', namespace, '-6', 'route');
  return text.split('\n').filter((line) => line.includes(rogue) || line.startsWith('default'));
}

/** Every word of IPv6 in a namespace but for the loopback's. */
function ipv6In(namespace: string): string[] {
  const text = run('ip', '-n', namespace, '-6', '-o', 'address') + run('ip', '-n', namespace, '-6', 'route');
  return text.split('\n').filter((line) => line !== '' && !/\blo\b/.test(line));
}

/** Sends the advertisement out of eth0, whose IPv6 root in the container has switched on. */
function advertise(namespace: string): void {
  runIn(namespace, 'ip', '-6', 'address', 'replace', 'fe80::bad/64', 'dev', 'eth0', 'nodad');
  runIn(namespace, 'python3', program, 'eth0');
}

function switchOn(namespace: string): void {
  runIn(namespace, 'sh', '-c', 'echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6');
}

/** What there would be without any care: a bridge and two namespaces on it, all with the kernel's defaults. */
function plainNetwork({ netns }: Lab, ...namespaces: TestNetns[]): void {
  netns.run('ip', 'link', 'add', 'plain0', 'type', 'bridge');
  netns.run('ip', 'link', 'set', 'plain0', 'up');
  for (const [i, { name }] of namespaces.entries()) {
    netns.run('ip', 'link', 'add', `plain${i + 1}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    netns.run('ip', 'link', 'set', `plain${i + 1}`, 'master', 'plain0', 'up');
    run('ip', '-n', name, 'link', 'set', 'eth0', 'up');
  }
}

describe('a router advertisement that a container sends', () => {
  test('is believed by the host and by its neighbours on a plain bridge', async ({ lab }) => {
    const [attacker, victim] = [lab.namespace(), lab.namespace()];
    plainNetwork(lab, attacker, victim);
    await expect.poll(() => heardBy(attacker.name, victim.name, lab.netns.name), { timeout: 10_000 }).toBe(true);
    expect(gains(lab.netns.name).join('\n')).toMatch(/inet6 2001:db8:bad:.*default via fe80::bad dev plain0/s);
    expect(gains(victim.name).join('\n')).toMatch(/inet6 2001:db8:bad:.*default via fe80::bad dev eth0/s);
  });

  test('is not by the host, nor by any sandbox of ours', async ({ lab }) => {
    const host = await lab.open();
    const names = ['attacker', 'witness', 'victim'];
    await host.attachAll(names.map((name) => ({ create: true, name })));
    switchOn('attacker');
    // One who wants to hear, so that we know when it was to be heard.
    switchOn('witness');
    await expect.poll(() => heardBy('attacker', 'witness'), { timeout: 10_000 }).toBe(true);
    expect(ipv6In('victim')).toEqual([]);
    expect(ipv6In(lab.netns.name)).toEqual([]);
    await host.detachAll(names);
  });
});

/** Advertises once more, and tells whether all of these have taken an address of it. */
function heardBy(attacker: string, ...namespaces: string[]): boolean {
  advertise(attacker);
  return namespaces.every((namespace) => gains(namespace).length >= 2);
}

describe.for(['bridge', 'ptp', 'macvlan'])('on a network with IPv6 of driver %s', (driver) => {
  test('it is believed by nobody who has not asked for it', async ({ lab }) => {
    lab.netns.run('ip', 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'far');
    lab.netns.run('sh', '-c', 'for i in uplink far; do echo 1 >/proc/sys/net/ipv6/conf/$i/disable_ipv6; done');
    lab.netns.run('ip', 'link', 'set', 'uplink', 'up');
    lab.netns.run('ip', 'link', 'set', 'far', 'up');
    const host = await lab.open();
    const options: Record<string, string> = driver === 'macvlan' ? { parent: 'uplink' } : {};
    const subnet = ['10.3.0.0/24', 'fd00:3::/64'];
    const network = await host.networks.create({ name: 'web', driver, ipv6: true, subnet, options });
    const { endpoint } = await host.attach({ create: true, name: 'attacker', network: 'web' });
    await host.attach({ create: true, name: 'victim', network: 'web' });
    const near = driver === 'bridge' ? network.interface : endpoint?.hostInterface;
    const listeners = [
      ...(driver === 'ptp' ? [] : [{ namespace: 'victim', name: 'eth0' }]),
      ...(near === undefined ? [] : [{ namespace: lab.netns.name, name: near }]),
    ];
    for (let i = 0; i < 3; i++) {
      advertise('attacker');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(believedBy('victim')).toEqual([]);
    expect(believedBy(lab.netns.name)).toEqual([]);
    // Those who ask for it hear it: it was there to be heard.
    for (const { namespace, name } of listeners) {
      runIn(namespace, 'sh', '-c', `echo 2 >/proc/sys/net/ipv6/conf/${name}/accept_ra`);
      const hears = () => {
        advertise('attacker');
        return believedBy(namespace).length > 0;
      };
      await expect.poll(hears, { timeout: 10_000 }).toBe(true);
    }
    await host.detachAll(['attacker', 'victim']);
    await host.networks.remove('web');
  });
});

/** Addresses and routes that come of the advertisement, among those that a namespace has of its own. */
function believedBy(namespace: string): string[] {
  const text = run('ip', '-n', namespace, '-6', '-o', 'address') + run('ip', '-n', namespace, '-6', 'route');
  return text.split('\n').filter((line) => line.includes(rogue) || line.includes('via fe80::bad'));
}
