import { type Chain, ChainHookNumber, ChainPolicy } from '../../../netlink/index.js';
import { type Facts, type FirewallFacts, isProblem, type NamespaceFacts } from '../facts.js';
import { type Finding, finding, ok } from '../finding.js';
import { allowByHand, type Program, programsIn } from './programs.js';

/** NFPROTO_* (linux/netfilter.h). */
const families: Readonly<Record<number, string>> = { 1: 'inet', 2: 'ip', 7: 'bridge', 10: 'ip6' };
const bridgeFamily = 7;

/** Rules of others that packets of sandboxes meet. */
export function checkFirewall({ namespace, records, firewall }: Facts): Finding[] {
  if (isProblem(namespace)) {
    return [];
  }
  const { chains, legacyTables } = namespace;
  const networks = records && !isProblem(records) ? records.networks : [];
  const [link = 'netplumb0'] = networks.flatMap((network) => network.interface ?? []);
  const known = chains === undefined || chains === 'unsupported' ? undefined : chains;
  return [
    ...(known
      ? [
          ...checkPolicy(known, namespace, firewall, link),
          ...checkFrames(known),
          ...checkPrograms(programsIn(known), link),
        ]
      : []),
    ...checkLegacy(legacyTables, known ?? []),
  ];
}

/** Chains in which forwarded packets are dropped unless a rule lets them through. */
function droppingIn(chains: readonly Chain[]): Chain[] {
  return chains.filter(({ hook, policy }) => hook?.number === ChainHookNumber.forward && policy === ChainPolicy.drop);
}

function nameOf({ family, table, name }: Chain): string {
  return `${families[family] ?? `family ${family}`} ${table} ${name}`;
}

function checkPolicy(
  chains: readonly Chain[],
  { sysctls }: NamespaceFacts,
  { backend, variant }: FirewallFacts,
  link: string,
): Finding[] {
  const dropping = droppingIn(chains).filter(({ family }) => family in families && family !== bridgeFamily);
  if (dropping.length === 0) {
    return [ok('forward-policy', 'no chain of nf_tables drops forwarded packets by its policy')];
  }
  const names = dropping.map(nameOf).join(', ');
  const isIptables = dropping.every(isOfIptables);
  if (isIptables && backend === 'iptables' && variant !== 'legacy') {
    return [ok('forward-policy', `what drops forwarded packets comes behind the rules of netplumb: ${names}`)];
  }
  const isBridged = ['iptables', 'ip6tables'].some((program) => sysctls[`bridge/bridge-nf-call-${program}`] === '1');
  const makers = programsIn(sameTables(dropping, chains)).map(({ opening }) => opening);
  const remedies = (makers.length > 0 ? makers : [allowByHand]).map((opening) => opening(link));
  return [
    finding('forward-policy', 'warning', [
      `packets that no rule lets through are dropped on their way: ${names}`,
      'Sandboxes reach nothing beyond the host, and nobody there reaches their published ports' +
        `${isBridged ? '; nor do sandboxes reach each other (see bridge-netfilter)' : ''}. ` +
        'That another table lets a packet through does not help: each may drop it.',
      `Let packets of each network's interface through: ${remedies.join(' / ')}` +
        (isIptables && backend === 'nftables' ? '. Or let netplumb put its rules before: --firewall=iptables' : ''),
    ]),
  ];
}

/** Whether iptables made it: its nft variant keeps to the names of tables and chains that the kernel once had. */
function isOfIptables({ family, table, name }: Chain): boolean {
  return family !== 1 && table === 'filter' && name === 'FORWARD';
}

/** All chains of the tables that these stand in. */
function sameTables(some: readonly Chain[], all: readonly Chain[]): Chain[] {
  return all.filter(({ family, table }) => some.some((one) => one.family === family && one.table === table));
}

function checkFrames(chains: readonly Chain[]): Finding[] {
  const dropping = droppingIn(chains).filter(({ family }) => family === bridgeFamily);
  if (dropping.length === 0) {
    return [];
  }
  const tables = [...new Set(dropping.map(({ table }) => `nft list table bridge ${table}`))];
  return [
    finding('forward-policy', 'warning', [
      `frames that no rule lets through are dropped within bridges: ${dropping.map(nameOf).join(', ')}`,
      'Sandboxes on one bridge do not reach each other.',
      `See what it lets through, and add the bridges of networks: ${tables.join('; ')}`,
    ]),
  ];
}

function checkPrograms(present: readonly Program[], link: string): Finding[] {
  if (present.length === 0) {
    return [ok('foreign-firewall', 'no rules of Docker, firewalld, ufw or the like are in nf_tables')];
  }
  return present.map(({ name, means, advice }) =>
    finding('foreign-firewall', 'note', [
      `rules of ${name} are in force`,
      `They apply to packets of sandboxes as well. ${means}`,
      advice && `For each network's interface: ${advice(link)}`,
    ]),
  );
}

/** Tables that both variants of iptables can have. */
const iptablesTables = ['filter', 'nat', 'mangle', 'raw', 'security'];

function checkLegacy(tables: readonly string[], chains: readonly Chain[]): Finding[] {
  if (tables.length === 0) {
    return [];
  }
  const others = chains.filter(({ family, table }) => family !== bridgeFamily && iptablesTables.includes(table));
  const isMixed = others.some(({ family }) => families[family] !== 'inet');
  const detail = 'Packets pass them beside those of nf_tables; what they hold cannot be seen from here.';
  return [
    isMixed
      ? finding('iptables-legacy', 'warning', [
          `both variants of iptables are in use, the legacy one with ${tables.join(', ')}`,
          `${detail} Each lists its own rules only, and a packet that one of them lets through may be dropped by the other.`,
          'Decide for one (update-alternatives --set iptables /usr/sbin/iptables-nft), empty the other ' +
            '(iptables-legacy -F, and -P FORWARD ACCEPT), and start again what makes rules.',
        ])
      : finding('iptables-legacy', 'note', [
          `tables of iptables-legacy are in use: ${tables.join(', ')}`,
          detail,
          'See whether they drop what is forwarded: iptables-legacy -S FORWARD',
        ]),
  ];
}
