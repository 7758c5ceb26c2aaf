import type { Rules } from '../../host/index.js';

/** Rules as the tools take them; where there are several, each under the name of its tool. */
export function formatRules(rules: Rules): string {
  switch (rules.backend) {
    case 'nftables':
      return rules.nftables;
    case 'iptables':
      return [
        `# iptables-restore --noflush\n${rules.ipv4}`,
        `# ip6tables-restore --noflush\n${rules.ipv6}`,
        ...(rules.nftables === undefined ? [] : [`# nft -f -\n${rules.nftables}`]),
      ].join('\n');
    case 'none':
      return '';
  }
}
