import { TestNetns } from '../../support/netns.js';
import { farAddress, hostAddresses, outsideAddress } from './cases.js';

/** Another machine on one of the host's segments. */
export interface Machine {
  readonly netns: TestNetns;
  /** Of its eth0. */
  readonly mac: string;
  /** The host's interface on that segment. */
  readonly hostInterface: string;
  readonly hostMac: string;
}

/**
 * A host between two segments with a machine on each. Both machines send what they do not know to the host: whether it forwards
 * is then the host's own affair. What they are asked from its networks' own addresses finds its way back, as in mode `routed`.
 */
export class Segments {
  readonly host = new TestNetns();
  /** On the first segment; the attacker's, where there is one. */
  readonly outside = this.#machine('lan0', { 4: hostAddresses[4], 6: hostAddresses[6] }, outsideAddress);
  /** On the second. */
  readonly far = this.#machine('lan1', { 4: ['198.51.100.1'], 6: ['2001:db8:b::1'] }, farAddress);

  #machine(
    hostInterface: string,
    hosts: { readonly 4: readonly string[]; readonly 6: readonly string[] },
    own: { readonly 4: string; readonly 6: string },
  ): Machine {
    const netns = new TestNetns();
    const add = (address: string, device: string) =>
      `ip address add ${address}/${address.includes(':') ? 64 : 24} dev ${device} nodad`;
    this.host.run(
      'sh',
      '-ec',
      [
        'ip link set lo up',
        // Otherwise not all refusals of a moment are said.
        'echo 0 >/proc/sys/net/ipv4/icmp_ratemask; echo >/proc/sys/net/ipv6/icmp/ratemask',
        `ip link add ${hostInterface} type veth peer name eth0 netns ${netns.name}`,
        // Until a link-local address has been tried, nobody is asked for the destination of what is forwarded.
        `cd /proc/sys/net/ipv6/conf/${hostInterface}; echo 0 >accept_ra; echo 0 >accept_dad`,
        `ip link set ${hostInterface} up`,
        ...[...hosts[4], ...hosts[6]].map((address) => add(address, hostInterface)),
        // Of several IPv6 addresses the kernel speaks from one that is not going out of use.
        ...hosts[6].slice(1).map((address) => `ip address change ${address}/64 dev ${hostInterface} preferred_lft 0`),
      ].join('\n'),
    );
    netns.run(
      'sh',
      '-ec',
      [
        'echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_dad; ip link set lo up; ip link set eth0 up',
        add(own[4], 'eth0'),
        add(own[6], 'eth0'),
        `ip route add default via ${hosts[4][0]}`,
        `ip route add default via ${hosts[6][0]}`,
      ].join('\n'),
    );
    return { netns, mac: macOf(netns, 'eth0'), hostInterface, hostMac: macOf(this.host, hostInterface) };
  }

  /** The host loses its other addresses: they are the machine's on the second segment from now on. */
  moveAddresses(): void {
    const moves = [
      `ip address del ${hostAddresses[4][1]}/24 dev lan0; ip route add ${hostAddresses[4][1]} via ${farAddress[4]}`,
      `ip address del ${hostAddresses[6][1]}/64 dev lan0; ip route add ${hostAddresses[6][1]} via ${farAddress[6]}`,
    ];
    this.host.run('sh', '-ec', moves.join('\n'));
  }

  end(): void {
    for (const netns of [this.outside.netns, this.far.netns, this.host]) {
      netns.remove();
    }
  }
}

/** MAC address of an interface. */
export function macOf(netns: TestNetns, name: string): string {
  return netns.ip<{ address: string }>('link', 'show', name)[0]?.address ?? '';
}
