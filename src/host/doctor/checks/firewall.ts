import { type Chain, ChainHookNumber, ChainPolicy } from '../../../netlink/index.js';
import { type Facts, isProblem } from '../facts.js';
import { type Finding, finding, ok } from '../finding.js';

interface Program {
  readonly name: string;
  /** Of its tables and chains. */
  readonly signs: RegExp;
  /** How it is told to let packets of an interface through. */
  readonly remedy: (interfaces: string) => string;
}

/** Who makes rules, by the names of tables and chains that are theirs alone. */
const programs: readonly Program[] = [
  {
    name: 'Docker',
    signs: /^(DOCKER(-.*)?|docker-bridges)$/,
    remedy: (one) => `iptables -I DOCKER-USER -i ${one} -j ACCEPT; iptables -I DOCKER-USER -o ${one} -j ACCEPT`,
  },
  { name: 'firewalld', signs: /^firewalld$/, remedy: (one) => `firewall-cmd --zone=trusted --add-interface=${one}` },
  { name: 'ufw', signs: /^ufw6?-/, remedy: (one) => `ufw route allow in on ${one}; ufw route allow out on ${one}` },
  { name: 'Kubernetes', signs: /^(KUBE-.*|kube-proxy)$/, remedy: allowByHand },
  { name: 'CNI plugins', signs: /^(CNI-.*|cni_hostport)$/, remedy: allowByHand },
  { name: 'Podman', signs: /^(NETAVARK.*|netavark)$/, remedy: allowByHand },
  { name: 'libvirt', signs: /^(LIBVIRT_.*|libvirt_network)$/, remedy: allowByHand },
];

function allowByHand(one: string): string {
  return `iptables -I FORWARD -i ${one} -j ACCEPT; iptables -I FORWARD -o ${one} -j ACCEPT`;
}

/** Rules of others that packets of sandboxes meet. */
export function checkFirewall({ namespace, records }: Facts): Finding[] {
  if (isProblem(namespace)) {
    return [];
  }
  const { chains, legacyTables } = namespace;
  const networks = records && !isProblem(records) ? records.networks : [];
  const interfaces = networks.flatMap((network) => network.interface ?? []);
  return [
    ...(chains === undefined || chains === 'unsupported' ? [] : checkChains(chains, interfaces)),
    ...checkLegacy(legacyTables),
  ];
}

function checkChains(chains: readonly Chain[], interfaces: readonly string[]): Finding[] {
  const present = programs.filter(({ signs }) => chains.some((chain) => isOf(signs, chain)));
  return [checkPolicy(chains, present, interfaces), checkPrograms(present)];
}

function isOf(signs: RegExp, { table, name }: Chain): boolean {
  return signs.test(table) || signs.test(name);
}

function checkPolicy(chains: readonly Chain[], present: readonly Program[], interfaces: readonly string[]): Finding {
  const dropping = chains.filter(
    ({ hook, policy }) => hook?.number === ChainHookNumber.forward && policy === ChainPolicy.drop,
  );
  if (dropping.length === 0) {
    return ok('forward-policy', 'no chain of nf_tables drops forwarded packets by its policy');
  }
  const names = dropping.map(({ family, table, name }) => `${familyName(family)} ${table} ${name}`);
  const [one = 'netplumb0'] = interfaces;
  const makers = present.filter(({ signs }) => sameTables(dropping, chains).some((chain) => isOf(signs, chain)));
  const remedies = (makers.length > 0 ? makers.map(({ remedy }) => remedy) : [allowByHand]).map((remedy) =>
    remedy(one),
  );
  return finding('forward-policy', 'warning', [
    `packets that no rule lets through are dropped on their way: ${names.join(', ')}`,
    'Sandboxes reach nothing beyond the host. That another table lets a packet through does not help: each may drop it.',
    `Let packets of each network's interface through: ${remedies.join(' / ')}`,
  ]);
}

/** All chains of the tables that these stand in. */
function sameTables(some: readonly Chain[], all: readonly Chain[]): Chain[] {
  return all.filter(({ family, table }) => some.some((one) => one.family === family && one.table === table));
}

/** NFPROTO_* (linux/netfilter.h), as nft calls them. */
function familyName(family: number): string {
  return { 1: 'inet', 2: 'ip', 7: 'bridge', 10: 'ip6' }[family] ?? `family ${family}`;
}

function checkPrograms(present: readonly Program[]): Finding {
  if (present.length === 0) {
    return ok('foreign-firewall', 'no rules of Docker, firewalld, ufw or the like are in nf_tables');
  }
  return finding('foreign-firewall', 'note', [
    `rules of other programs are in force: ${present.map(({ name }) => name).join(', ')}`,
    'They apply to packets of sandboxes as well, and come back changed when those programs start again.',
  ]);
}

function checkLegacy(tables: readonly string[]): Finding[] {
  if (tables.length === 0) {
    return [];
  }
  return [
    finding('iptables-legacy', 'note', [
      `tables of iptables-legacy are in use: ${tables.join(', ')}`,
      'Packets pass them beside those of nf_tables; what they hold cannot be seen from here.',
      'See whether they drop what is forwarded: iptables-legacy -S FORWARD',
    ]),
  ];
}
