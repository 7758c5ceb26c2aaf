import { type Facts, isProblem, type NetworkFacts } from '../facts.js';
import { type Finding, type FindingId, finding, ok } from '../finding.js';
import { programsIn } from './programs.js';

interface FamilyWords {
  readonly id: FindingId;
  readonly key: 'ipv4' | 'ipv6';
  readonly name: string;
  /** The parameter's path below /proc/sys/net. */
  readonly path: string;
  /** Its name, as sysctl(8) has it. */
  readonly parameter: string;
  /** What else whoever switches it on has to know. */
  readonly caveat: string;
}

const words: readonly FamilyWords[] = [
  {
    id: 'ip-forward',
    key: 'ipv4',
    name: 'IPv4',
    path: 'ipv4/ip_forward',
    parameter: 'net.ipv4.ip_forward',
    caveat: '',
  },
  {
    id: 'ipv6-forward',
    key: 'ipv6',
    name: 'IPv6',
    path: 'ipv6/conf/all/forwarding',
    parameter: 'net.ipv6.conf.all.forwarding',
    caveat:
      ' The host then heeds router advertisements only on interfaces with accept_ra=2, so set that first where it needs them.',
  },
];

/** Whether the host passes packets on between interfaces, who wanted that, and who has undone it. */
export function checkForwarding(facts: Facts): Finding[] {
  return [...words.flatMap((one) => checkFamily(one, facts)), ...checkSeal(facts)];
}

function checkFamily(family: FamilyWords, { namespace, records, firewall, machine }: Facts): Finding[] {
  const sysctls = isProblem(namespace) ? {} : namespace.sysctls;
  const value = sysctls[family.path];
  if (value === undefined || (family.key === 'ipv6' && sysctls['ipv6/conf/all/disable_ipv6'] !== '0')) {
    return [];
  }
  const known = records && !isProblem(records) ? records : undefined;
  const cutOff = known?.networks.filter((network) => leadsOut(network, family)).map(({ name }) => name) ?? [];
  const { id, key, name, path } = family;
  const kept = machine.configured[path];
  if (value !== '0') {
    const isAtRisk = kept?.value === '0' && cutOff.length > 0;
    return [isAtRisk ? endangered(family, kept.file) : ok(id, `the host forwards ${name} packets`)];
  }
  if (cutOff.length === 0) {
    const later = firewall.switchesForwarding ? 'netplumb switches it on when one does.' : '';
    return [ok(id, `the host does not forward ${name} packets, which no network needs`, later)];
  }
  const wasOurs = known?.sealed[key] ?? false;
  const title = wasOurs
    ? `somebody has switched off the forwarding of ${name} packets, which netplumb had switched on`
    : `the host does not forward ${name} packets`;
  const consequence =
    `Sandboxes reach nothing beyond the host by ${name}, and nobody there reaches their published ports, in networks ` +
    `${cutOff.join(', ')}.`;
  return [finding(id, 'warning', [title, `${consequence}${whyOff(wasOurs, firewall)}`, remedyOf(family, kept?.file)])];
}

/** Packets of its sandboxes are to be forwarded. */
function leadsOut({ driver, internal, subnets, isJoined }: NetworkFacts, { key }: FamilyWords): boolean {
  const hasFamily = subnets.some((subnet) => subnet.includes(':') === (key === 'ipv6'));
  return isJoined && !internal && hasFamily && (driver === 'bridge' || driver === 'ptp');
}

function whyOff(wasOurs: boolean, { switchesForwarding }: Facts['firewall']): string {
  if (wasOurs) {
    return '';
  }
  return switchesForwarding
    ? ' It was on when netplumb would have switched it on; somebody has switched it off since.'
    : ' netplumb was told to leave it as it is.';
}

/** `file`: where it is set to a value, if anywhere; at 0 it is to blame. */
function remedyOf({ parameter, caveat }: FamilyWords, file: string | undefined): string {
  const keep =
    file === undefined
      ? 'keep it on by a file in /etc/sysctl.d; NetworkManager, systemd-networkd and other firewalls set it, too'
      : `correct ${file}, which "sysctl --system" and every boot read`;
  return `Switch it on (sysctl -w ${parameter}=1), and ${keep}.${caveat}`;
}

function endangered({ id, name, parameter }: FamilyWords, file: string): Finding {
  return finding(id, 'note', [
    `the host forwards ${name} packets, but ${file} says that it should not`,
    'What reads that file again, such as "sysctl --system", cuts sandboxes off from everything beyond the host.',
    `Write ${parameter} = 1 there.`,
  ]);
}

/** What netplumb has switched on it has switched on for its own networks alone. */
function checkSeal({ namespace, records, firewall }: Facts): Finding[] {
  if (isProblem(namespace) || !records || isProblem(records) || firewall.backend === 'none') {
    return [];
  }
  const sealed = words.filter(({ key, path }) => records.sealed[key] && namespace.sysctls[path] !== '0');
  if (sealed.length === 0) {
    return [];
  }
  const { chains } = namespace;
  const others = programsIn(chains === undefined || chains === 'unsupported' ? [] : chains)
    .filter(({ forwards }) => forwards)
    .map(({ name }) => name);
  const settings = sealed.map(({ parameter }) => `${parameter} = 1`).join(' and ');
  return [
    finding('forwarding-sealed', others.length > 0 ? 'warning' : 'note', [
      `the host forwards ${sealed.map(({ name }) => name).join(' and ')} packets of netplumb's networks only`,
      'Forwarding was off until netplumb switched it on; between other interfaces nothing passes, as before.' +
        (others.length > 0 ? ` That cuts off what ${others.join(' and ')} would have forwarded.` : ''),
      `If the host is to forward for others: write ${settings} to a file in /etc/sysctl.d and start the machine again, ` +
        'so that it is on before netplumb begins.',
    ]),
  ];
}
