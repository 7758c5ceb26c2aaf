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
