import type {
  Facts,
  FirewallFacts,
  LinkFacts,
  NamespaceFacts,
  NetworkFacts,
  RecordFacts,
  SandboxFacts,
} from '../../../src/host/doctor/facts.js';

const bridge: LinkFacts = {
  index: 2,
  name: 'br-web',
  kind: 'bridge',
  isUp: true,
  owner: { kind: 'network', id: 'aaaaaaaaaaaa', directory: '/run/netplumb', isOurs: true },
};

export const namespace: NamespaceFacts = {
  sysctls: {
    'ipv4/ip_forward': '1',
    'ipv4/conf/all/rp_filter': '0',
    'ipv4/conf/default/rp_filter': '0',
    'ipv6/conf/all/forwarding': '1',
    'ipv6/conf/all/disable_ipv6': '0',
    'netfilter/nf_conntrack_count': '10',
    'netfilter/nf_conntrack_max': '65536',
  },
  links: [{ index: 1, name: 'lo', isUp: true }, bridge],
  ranges: [
    { range: '10.1.0.0/16', interface: 'br-web' },
    { range: '192.0.2.0/24', interface: 'eth0' },
  ],
  chains: [],
  legacyTables: [],
};

export const network: NetworkFacts = {
  name: 'web',
  driver: 'bridge',
  internal: false,
  subnets: ['10.1.0.0/16'],
  interface: 'br-web',
  ours: true,
  isJoined: true,
};

export const sandbox: SandboxFacts = { name: 'one', ipv4: 1, ipv6: 0, networks: ['web'] };

export const records: RecordFacts = {
  networks: [network],
  sandboxes: [sandbox],
  known: new Set(['aaaaaaaaaaaa', 'bbbbbbbbbbbb']),
  dead: [],
  sealed: { ipv4: false, ipv6: false },
  isGuarded: true,
};

export const firewall: FirewallFacts = {
  backend: 'nftables',
  switchesForwarding: true,
  missingTools: [],
  rules: 'yes',
  guard: 'yes',
};

/** A host on which everything is as it should be. */
export const healthy: Facts = {
  process: { capabilities: (1n << 41n) - 1n, inFirstUserNamespace: true, openFiles: 1_048_576 },
  machine: {
    release: '6.1.0-13-amd64',
    threads: 200,
    threadsMax: 100_000,
    pidMax: 4_194_304,
    files: { used: 2000, most: 1_000_000 },
    mounts: { used: 40, most: 100_000 },
    tasks: { used: 20, most: 4915 },
    namespacesMost: 96_365,
    openFilesMost: 1_048_576,
    neighbours: { ipv4: { limit: 1024, soft: 512, entries: 3 }, ipv6: { limit: 1024, soft: 512, entries: 3 } },
    configured: {},
  },
  namespace,
  features: {
    namespaces: 'yes',
    cookies: 'yes',
    links: { veth: 'yes', bridge: 'yes', macvlan: 'yes', dummy: 'yes', vxlan: 'yes' },
  },
  runDirectory: { path: '/run/netplumb', exists: true, nearest: '/run/netplumb', fileSystem: 'tmpfs', free: 2 ** 30 },
  stateDirectory: {
    path: '/var/lib/netplumb',
    exists: true,
    nearest: '/var/lib/netplumb',
    fileSystem: 'ext4',
    free: 2 ** 30,
  },
  firewall,
  records,
  definitions: [],
};
