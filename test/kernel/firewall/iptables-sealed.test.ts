import { test as base, describe, expect } from 'vitest';
import { applyIptables, removeIptables } from '../../../src/firewall/iptables/apply.js';
import { renderIptables } from '../../../src/firewall/iptables/render.js';
import { firewallNames } from '../../../src/firewall/names.js';
import { Connection } from '../../../src/netlink/index.js';
import { TestNetns } from '../../support/netns.js';
import { guardedNetwork, modelWith } from '../../unit/firewall/models.js';

const names = firewallNames('/run/netplumb');
const sealed = modelWith({ networks: [guardedNetwork(1)], sealed: { ipv4: true, ipv6: true } });

/** A host with a bridge of somebody else's, on which two machines are, and a third on another segment. */
class Others {
  readonly host = new TestNetns();
  readonly near = new TestNetns();
  readonly next = new TestNetns();
  readonly far = new TestNetns();

  constructor() {
    this.host.run(
      'sh',
      '-ec',
      [
        'ip link add virbr0 type bridge',
        'ip address add 10.50.0.1/24 dev virbr0',
        'ip -6 address add fd00:50::1/64 dev virbr0 nodad',
        'ip link set virbr0 up',
        'echo 1 >/proc/sys/net/ipv4/ip_forward',
        'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding',
        'for file in /proc/sys/net/bridge/bridge-nf-call-ip*tables; do echo 1 >$file; done',
      ].join('\n'),
    );
    this.#join(this.near, 'near', 50, 2, 'master virbr0');
    this.#join(this.next, 'next', 50, 3, 'master virbr0');
    this.#join(this.far, 'far', 60, 2);
    this.host.run('ip', 'address', 'add', '10.60.0.1/24', 'dev', 'far');
    this.host.run('ip', '-6', 'address', 'add', 'fd00:60::1/64', 'dev', 'far', 'nodad');
  }

  /** Whether a machine's first ping is answered. */
  reaches(from: TestNetns, address: string): boolean {
    try {
      from.run('ping', '-q', '-c', '1', '-W', '0.5', address);
      return true;
    } catch {
      return false;
    }
  }

  [Symbol.dispose](): void {
    for (const netns of [this.near, this.next, this.far, this.host]) {
      netns.remove();
    }
  }

  #join(netns: TestNetns, name: string, segment: number, number: number, ...more: string[]): void {
    this.host.run(
      'sh',
      '-ec',
      `ip link add ${name} ${more.join(' ')} type veth peer name eth0 netns ${netns.name} && ip link set ${name} up`,
    );
    netns.run(
      'sh',
      '-ec',
      [
        'ip link set eth0 up',
        `ip address add 10.${segment}.0.${number}/24 dev eth0`,
        `ip -6 address add fd00:${segment}::${number}/64 dev eth0 nodad`,
        `ip route add default via 10.${segment}.0.1`,
        `ip -6 route add default via fd00:${segment}::1`,
      ].join('\n'),
    );
  }
}

describe.each(['nft', 'legacy'])('iptables-%s', (variant) => {
  const test = base.extend<{ others: Others }>({
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from its first parameter
    others: async ({}, use) => {
      using others = new Others();
      await use(others);
    },
  });
  const programs = {
    ipv4: [`/usr/sbin/iptables-${variant}-restore`],
    ipv6: [`/usr/sbin/ip6tables-${variant}-restore`],
  };

  test('a sealed host does not forward for others, whose bridges pass frames on as before', async ({ others }) => {
    await using connection = await Connection.open(others.host);
    const tool = connection.runTool.bind(connection);
    const routed = ['10.60.0.2', 'fd00:60::2'];
    const bridged = ['10.50.0.3', 'fd00:50::3'];
    const reached = (addresses: string[]) => addresses.filter((address) => others.reaches(others.near, address));
    // IPv6 takes its time to settle.
    await expect.poll(() => reached([...routed, ...bridged]), { timeout: 10_000 }).toEqual([...routed, ...bridged]);
    await applyIptables(tool, renderIptables(sealed, names), programs);
    expect(reached([...routed, ...bridged])).toEqual(bridged);
    await removeIptables(tool, names, programs);
    expect(reached([...routed, ...bridged])).toEqual([...routed, ...bridged]);
  });
});
