import { describe, expect } from 'vitest';
import type { Host } from '../../../src/index.js';
import { failure, type IpLink, ipIn, type Lab, ping, runIn, test } from './lab.js';

/** Two sandboxes, one of a process and one of ours, with nothing but a loopback. */
async function twoSandboxes(lab: Lab, host: Host): Promise<void> {
  await host.attach({ pid: await lab.process(), name: 'web', network: 'none' });
  await host.attach({ create: true, name: 'db', network: 'none' });
}

const names = (sandbox: string) => ipIn<IpLink>(sandbox, 'link').map(({ ifname }) => ifname);

describe('a link between two sandboxes', () => {
  test('joins them by two addresses and two routes, and nobody else', async ({ lab }) => {
    const host = await lab.open();
    await twoSandboxes(lab, host);
    const ends = await host.link('web', 'db', { ips: ['10.1.1.1', '10.1.1.2'] });
    expect(ends.map(({ interface: name, address, prefixLength }) => [name, address, prefixLength])).toEqual([
      ['eth0', '10.1.1.1', 32],
      ['eth0', '10.1.1.2', 32],
    ]);
    ping('web', '10.1.1.2');
    ping('db', '10.1.1.1');
    expect(ipIn('web', 'route')).toEqual([expect.objectContaining({ dst: '10.1.1.2', dev: 'eth0', scope: 'link' })]);
    expect(ipIn('db', 'route')).toEqual([expect.objectContaining({ dst: '10.1.1.1', dev: 'eth0', scope: 'link' })]);
    // Neither the host nor IPv6 has anything of it.
    expect(lab.links()).toEqual([]);
    expect(runIn('db', 'ip', '-6', 'address', 'show', 'dev', 'eth0')).toBe('');
    expect(host.inspect('web').endpoints).toEqual([ends[0]]);
    await host.detachAll(['web', 'db']);
  });

  test('has addresses of its own when none are named, each once', async ({ lab }) => {
    const host = await lab.open();
    await twoSandboxes(lab, host);
    const links = [await host.link('web', 'db'), await host.link('db', 'web')];
    expect(new Set(links.flat().map(({ address }) => address)).size).toBe(4);
    expect(names('db')).toEqual(['lo', 'eth0', 'eth1']);
    // At whichever end the process is: its ends have IPv6 off, and what it makes itself later has what it would have had.
    const off = (name: string) => runIn('web', 'cat', `/proc/sys/net/ipv6/conf/${name}/disable_ipv6`).trim();
    expect(['eth0', 'eth1', 'default'].map(off)).toEqual(['1', '1', '0']);
    for (const [, end] of links) {
      ping(end === links[0]?.[1] ? 'web' : 'db', end.address);
    }
    await host.detachAll(['web', 'db']);
  });

  test('goes with unlink, and with either of the sandboxes', async ({ lab }) => {
    const host = await lab.open();
    await twoSandboxes(lab, host);
    await host.link('web', 'db');
    await host.unlink('db', 'web');
    expect([names('web'), names('db')]).toEqual([['lo'], ['lo']]);
    await expect(host.unlink('web', 'db')).rejects.toEqual(failure('ENOTLINKED'));
    await host.link('web', 'db');
    await host.detach('db');
    expect(names('web')).toEqual(['lo']);
    expect(host.inspect('web').endpoints).toEqual([]);
    await host.detach('web');
  });

  test('that is refused leaves nothing in either', async ({ lab }) => {
    const host = await lab.open();
    await twoSandboxes(lab, host);
    runIn('db', 'ip', 'link', 'add', 'eth0', 'type', 'bridge');
    await expect(host.link('web', 'db')).rejects.toEqual(failure('EEXIST'));
    expect(names('web')).toEqual(['lo']);
    runIn('db', 'ip', 'link', 'del', 'eth0');
    runIn('db', 'ip', 'route', 'add', 'blackhole', '10.1.1.1/32');
    await expect(host.link('web', 'db', { ips: ['10.1.1.1', '10.1.1.2'] })).rejects.toEqual(failure('EEXIST'));
    expect([names('web'), names('db')]).toEqual([['lo'], ['lo']]);
    expect(host.sandboxes().map(({ state, endpoints }) => [state, endpoints])).toEqual([
      ['ready', []],
      ['ready', []],
    ]);
    await host.detachAll(['web', 'db']);
  });

  test('needs two sandboxes with namespaces of their own, and two addresses', async ({ lab }) => {
    const host = await lab.open();
    await twoSandboxes(lab, host);
    await host.attach({ name: 'outside', network: 'host' });
    const refusals = [
      [() => host.link('web', 'web'), 'EUSAGE'],
      [() => host.link('web', 'nobody'), 'ENOSANDBOX'],
      [() => host.link('web', 'outside'), 'ENOOWNNETNS'],
      [() => host.link('web', 'db', { ips: ['10.1.1.1', '10.1.1.1'] }), 'EUSAGE'],
      [() => host.link('web', 'db', { ips: ['10.1.1.1', '10.1.1'] }), 'EBADADDR'],
    ] as const;
    for (const [refused, code] of refusals) {
      await expect(refused()).rejects.toEqual(failure(code));
    }
    await host.detachAll(['web', 'db', 'outside']);
  });

  test('made by two at once in either order is made twice, and nobody waits for the other for ever', async ({
    lab,
  }) => {
    const hosts = [await lab.open(), await lab.open()] as const;
    await twoSandboxes(lab, hosts[0]);
    await Promise.all([hosts[0].link('web', 'db'), hosts[1].link('db', 'web')]);
    expect(names('web')).toEqual(['lo', 'eth0', 'eth1']);
    await hosts[0].detachAll(['web', 'db']);
  });
});
