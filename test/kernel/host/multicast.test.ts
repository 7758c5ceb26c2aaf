import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { run } from '../../support/netns.js';
import { ipIn, type Lab, ping, runIn, test } from './lab.js';

const program = fileURLToPath(new URL('groups.py', import.meta.url));
const both = { subnet: ['10.3.0.0/24', 'fd00:3::/64'], ipv6: true };
const theirs = { 'com.docker.network.bridge.name': 'theirs' };
const manners: readonly Record<string, string>[] = [{}, { 'com.docker.network.bridge.enable_icc': 'false' }];
const reporter = '02:00:00:00:00:07';

/** A network of both families with two sandboxes; `a1` counts the reports of `a2`, which comes after it. */
async function makeTwo(lab: Lab, options: Record<string, string> = {}) {
  const host = await lab.open();
  await host.networks.create({ name: 'web', ...both, options });
  await host.attach({ create: true, name: 'a1', network: 'web' });
  const rule = `ip6 daddr ff02::16 ether saddr ${reporter} counter`;
  runIn('a1', 'nft', `table inet seen { chain reports { type filter hook prerouting priority 0; ${rule}; }; }`);
  await host.attach({ create: true, name: 'a2', network: 'web', macAddress: reporter });
  return host;
}

const joinAndLeave = `
import socket, struct
with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as wire:
    group = socket.inet_pton(socket.AF_INET6, 'ff15::77') + struct.pack('@I', socket.if_nametoindex('eth0'))
    wire.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
`;

/** How many reports of `a2` came to `a1`, once it has made some of its address and of a group. */
async function reportsSeen(): Promise<number> {
  const made = () => Number(/^Icmp6OutMLDv2Reports\s+(\d+)/m.exec(runIn('a2', 'cat', '/proc/net/snmp6'))?.[1]);
  await expect.poll(made, { timeout: 10_000 }).toBeGreaterThan(0);
  const before = made();
  runIn('a2', 'python3', '-c', joinAndLeave);
  await expect.poll(made, { timeout: 10_000 }).toBeGreaterThan(before);
  // What was sent before has arrived when answers have.
  ping('a2', '10.3.0.1');
  ping('a1', '10.3.0.1');
  return Number(/packets (\d+)/.exec(runIn('a1', 'nft', 'list', 'table', 'inet', 'seen'))?.[1]);
}

function theirBridge({ netns }: Lab, snooping: '0' | '1'): void {
  const address = ['address', '02:00:00:00:00:03'];
  netns.run('ip', 'link', 'add', 'theirs', ...address, 'type', 'bridge', 'mcast_snooping', snooping);
  netns.run('ip', 'address', 'add', '10.3.0.1/24', 'dev', 'theirs');
  netns.run('ip', 'address', 'add', 'fd00:3::1/64', 'dev', 'theirs', 'nodad');
  netns.run('ip', 'link', 'set', 'theirs', 'up');
}

const entries = (sandbox: string) =>
  ipIn<{ readonly state: readonly string[] }>(sandbox, '-6', 'neighbour').filter(({ state }) =>
    state.includes('PERMANENT'),
  );

describe("a sandbox's multicast reports", () => {
  test.for(manners)('disturb no neighbour: %j', async (options, { lab }) => {
    const host = await makeTwo(lab, options);
    expect(await reportsSeen()).toBe(0);
    await host.detachAll(['a1', 'a2']);
    await host.networks.remove('web');
  });

  test('have an entry of the interface that leads them, there when attach and connect return', async ({ lab }) => {
    const host = await makeTwo(lab);
    await host.attach({ create: true, name: 'old' });
    await host.networks.connect('web', 'old');
    const lladdr = '02:42:0a:03:00:01';
    expect(entries('a1')).toMatchObject([{ dst: 'ff02::16', dev: 'eth0', lladdr }]);
    expect(entries('old')).toMatchObject([{ dst: 'ff02::16', dev: 'eth1', lladdr }]);
    await host.detachAll(['a1', 'a2', 'old']);
    await host.networks.remove('web');
  });

  test('are heard by all on a bridge of somebody else that looks at them: it has to know who wants what', async ({
    lab,
  }) => {
    theirBridge(lab, '1');
    const host = await makeTwo(lab, theirs);
    expect(entries('a1')).toEqual([]);
    expect(await reportsSeen()).toBeGreaterThan(0);
    await host.detachAll(['a1', 'a2']);
    await host.networks.remove('web');
  });

  test('are not on one that does not look', async ({ lab }) => {
    theirBridge(lab, '0');
    const host = await makeTwo(lab, theirs);
    expect(await reportsSeen()).toBe(0);
    await host.detachAll(['a1', 'a2']);
    await host.networks.remove('web');
  });
});

describe.for(['nftables', 'iptables', 'none'] as const)('what is sent to a group (%s)', (firewall) => {
  test.for(['ff15::77', 'ff02::fb', '239.1.2.3', '224.0.0.251'])(
    'reaches members in other sandboxes: %s',
    async (group, { lab }) => {
      const host = await lab.open({ firewall });
      await host.networks.create({ name: 'web', ...both });
      const names = ['sender', 'a1', 'a2'];
      await host.attachAll(names.map((name) => ({ create: true, name, network: 'web' })));
      const said = run('python3', program, group, ...names.map((name) => `/run/netns/${name}`));
      expect(said.trim().split('\n')).toEqual([`a1 received to all of ${group}`, `a2 received to all of ${group}`]);
      await host.detachAll(names);
      await host.networks.remove('web');
    },
  );
});
