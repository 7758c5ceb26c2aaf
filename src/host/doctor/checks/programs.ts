import type { Chain } from '../../../netlink/index.js';

/** Somebody else who makes rules on hosts. */
export interface Program {
  readonly name: string;
  /** Of its tables and chains. */
  readonly signs: RegExp;
  /** Whether it has the host forward packets for its own. */
  readonly forwards: boolean;
  /** What its rules mean for sandboxes and their ports. */
  readonly means: string;
  /** What there is to be done about that, whatever else its rules do. */
  readonly advice?: (link: string) => string;
  /** How it is told to let packets of an interface through. */
  readonly opening: (link: string) => string;
}

const unseenPorts = 'Neither sees the ports that the other publishes, unless a process holds them.';

/** Known by the names of tables and chains that are theirs alone. */
const programs: readonly Program[] = [
  {
    name: 'Docker',
    signs: /^(DOCKER(-.*)?|docker-bridges)$/,
    forwards: true,
    means: `${unseenPorts} It lets through what it knows, and where it has switched forwarding on, nothing else.`,
    opening: (link) => `iptables -I DOCKER-USER -i ${link} -j ACCEPT; iptables -I DOCKER-USER -o ${link} -j ACCEPT`,
  },
  {
    name: 'firewalld',
    signs: /^firewalld$/,
    forwards: false,
    means:
      'Interfaces without a zone are in its default zone, from which most zones let nothing be forwarded: sandboxes reach ' +
      'nothing beyond the host. It lets published ports through (unless StrictForwardPorts is on) whatever its zones say of ' +
      'them. A reload leaves the rules of others alone, but with FirewallBackend=iptables removes them all; ' +
      'netplumb puts its own back at the next gc at the latest.',
    advice: trust,
    opening: trust,
  },
  {
    name: 'ufw',
    signs: /^ufw6?-/,
    forwards: false,
    means:
      'Its rules about what comes in ("ufw allow", "ufw deny") do not concern published ports: packets for those are ' +
      'forwarded. To what is forwarded DEFAULT_FORWARD_POLICY applies, and "ufw route".',
    opening: (link) => `ufw route allow in on ${link}; ufw route allow out on ${link}`,
  },
  { name: 'Kubernetes', signs: /^(KUBE-.*|kube-proxy)$/, forwards: true, means: unseenPorts, opening: allowByHand },
  { name: 'CNI plugins', signs: /^(CNI-.*|cni_hostport)$/, forwards: true, means: unseenPorts, opening: allowByHand },
  { name: 'Podman', signs: /^(NETAVARK.*|netavark)$/, forwards: true, means: unseenPorts, opening: allowByHand },
  {
    name: 'libvirt',
    signs: /^(LIBVIRT_.*|libvirt_network)$/,
    forwards: true,
    means: 'Its rules are about its own machines.',
    opening: allowByHand,
  },
];

/** Those whose tables or chains are among these. */
export function programsIn(chains: readonly Chain[]): Program[] {
  return programs.filter(({ signs }) => chains.some(({ table, name }) => signs.test(table) || signs.test(name)));
}

/** How rules of iptables let packets of an interface through. */
export function allowByHand(link: string): string {
  return `iptables -I FORWARD -i ${link} -j ACCEPT; iptables -I FORWARD -o ${link} -j ACCEPT`;
}

function trust(link: string): string {
  return `firewall-cmd --permanent --zone=trusted --add-interface=${link}; firewall-cmd --reload`;
}
