import type { Try } from './rules.js';

interface Sample {
  /** What of the kernel it needs, in words, with the option that it is built with. */
  readonly feature: string;
  readonly text: string;
}

function chain(family: string, hook: string, rule: string): string {
  return `table ${family} netplumb-sample {\n  chain sample {\n    type ${hook}\n    ${rule}\n  }\n}\n`;
}

const samples: Readonly<Record<'inet' | 'bridge', readonly Sample[]>> = {
  inet: [
    { feature: 'tables of the family inet (NF_TABLES_INET)', text: 'table inet netplumb-sample {\n}\n' },
    {
      feature: 'tracking of connections (NF_CONNTRACK, NFT_CT)',
      text: chain('inet', 'filter hook forward priority filter', 'ct state new accept'),
    },
    {
      feature: 'translation of addresses (NFT_NAT)',
      text: chain('inet', 'nat hook prerouting priority dstnat', 'dnat ip to 192.0.2.1'),
    },
    {
      feature: 'masquerading (NFT_MASQ)',
      text: chain('inet', 'nat hook postrouting priority srcnat', 'meta nfproto ipv4 masquerade'),
    },
    {
      feature: 'routes looked up in rules (NFT_FIB_INET)',
      text: chain('inet', 'filter hook prerouting priority mangle', 'fib daddr type local accept'),
    },
    {
      feature: 'sets of several ranges at once (Linux 5.6)',
      text: 'table inet netplumb-sample {\n  set s {\n    type ipv4_addr . ipv4_addr\n    flags interval\n  }\n}\n',
    },
  ],
  bridge: [
    {
      feature: 'tables of the family bridge (NF_TABLES_BRIDGE)',
      text: chain('bridge', 'filter hook prerouting priority -300', 'accept'),
    },
    {
      feature: 'ARP within rules (NFT_PAYLOAD)',
      text: chain('bridge', 'filter hook prerouting priority -300', 'arp operation request accept'),
    },
  ],
};

/** What of a table the kernel lacks: each feature is tried by itself. */
export async function lackingFeatures(attempt: Try, table: keyof typeof samples): Promise<string[]> {
  const outcomes: string[] = [];
  for (const { feature, text } of samples[table]) {
    const outcome = await attempt('nft', text);
    if (typeof outcome === 'object' && outcome.code !== 0) {
      outcomes.push(feature);
    }
  }
  return outcomes;
}
