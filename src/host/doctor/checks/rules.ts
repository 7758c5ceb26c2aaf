import type { Facts, FirewallFacts, Trial } from '../facts.js';
import { type Finding, type FindingId, type FindingLevel, finding, ok } from '../finding.js';

/** Packages of the programs, as distributions call them. */
const packages: Readonly<Record<string, string>> = {
  nft: 'nftables',
  'iptables-restore': 'iptables',
  'ip6tables-restore': 'iptables',
};

/** Whether netplumb can make rules on this host. */
export function checkRules({ firewall }: Facts): Finding[] {
  if (firewall.backend === 'none') {
    return [finding('firewall-rules', 'note', ['netplumb was told to make no rules', ...withoutRules])];
  }
  return [...checkTools(firewall), ...checkTrial(firewall), ...checkGuard(firewall)];
}

const withoutRules = [
  'Ports cannot be published, addresses are not translated, and networks are not kept from each other.',
  'Unless something else sees to that, choose --firewall=nftables or --firewall=iptables.',
] as const;

function checkTools({ backend, missingTools }: FirewallFacts): Finding[] {
  const needed = missingTools.filter((program) => program !== 'nft' || backend === 'nftables');
  if (needed.length === 0) {
    return [ok('firewall-tools', `what the firewall backend ${backend} runs is installed`)];
  }
  const wanted = [...new Set(needed.map((program) => packages[program] ?? program))].join(' ');
  const other = backend === 'nftables' ? 'iptables' : 'nftables';
  return [
    finding('firewall-tools', 'error', [
      `not installed: ${needed.join(', ')}`,
      `The firewall backend ${backend} loads its rules by it; no network can be used without.`,
      `Install ${wanted} (apt install ${wanted}; dnf install ${wanted}), or choose --firewall=${other}.`,
    ]),
  ];
}

function checkTrial({ backend, rules }: FirewallFacts): Finding[] {
  const other = backend === 'nftables' ? 'iptables' : 'nftables';
  return judge('firewall-rules', 'error', rules, {
    fine: `rules of the backend ${backend} would be taken`,
    refused: `rules of the backend ${backend} are refused`,
    meaning: 'No network can be used without them.',
    otherwise: `choose --firewall=${other}`,
  });
}

function checkGuard({ backend, guard, missingTools }: FirewallFacts): Finding[] {
  if (backend === 'iptables' && missingTools.includes('nft')) {
    const detail = 'The option netplumb.spoof_guard is refused: it is made of rules for bridges.';
    return [finding('firewall-guard', 'note', ['nft is not installed', detail, 'Install nftables.'])];
  }
  return judge('firewall-guard', 'note', guard, {
    fine: 'addresses can be pinned to ports of bridges',
    refused: 'addresses cannot be pinned to ports of bridges',
    meaning: 'Networks with the option netplumb.spoof_guard are refused.',
    otherwise: 'do without that option',
  });
}

interface Words {
  readonly fine: string;
  readonly refused: string;
  readonly meaning: string;
  readonly otherwise: string;
}

function judge(id: FindingId, level: Exclude<FindingLevel, 'ok'>, trial: Trial, words: Words): Finding[] {
  if (trial === 'unknown') {
    return [];
  }
  if (trial === 'yes') {
    return [ok(id, words.fine)];
  }
  const { said, lacks } = trial;
  const cause = lacks.length > 0 ? `the kernel lacks ${lacks.join(', ')}` : said;
  return [
    finding(id, level, [
      words.refused,
      `${words.meaning} The cause: ${cause}.`,
      `Load the kernel's modules (modprobe nf_tables nft_nat nft_fib_inet), use a kernel that has them, or ${words.otherwise}.`,
    ]),
  ];
}
