import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/host/doctor/diagnose.js';
import type { Facts, LinkFacts, NamespaceFacts, RecordFacts } from '../../../src/host/doctor/facts.js';
import { type Finding, type FindingId, type FindingLevel, findingIds } from '../../../src/host/doctor/finding.js';
import { healthy, namespace, network, records, sandbox } from './doctor-facts.js';

const troubles = (facts: Facts): Finding[] => diagnose(facts).filter(({ level }) => level !== 'ok');

const inNamespace = (change: Partial<NamespaceFacts>): Facts => ({
  ...healthy,
  namespace: { ...namespace, ...change },
});
const withSysctl = (path: string, value: string): Facts =>
  inNamespace({ sysctls: { ...namespace.sysctls, [path]: value } });
const withoutSysctl = (path: string): Facts =>
  inNamespace({ sysctls: Object.fromEntries(Object.entries(namespace.sysctls).filter(([name]) => name !== path)) });
const withRecords = (change: Partial<RecordFacts>): Facts => ({ ...healthy, records: { ...records, ...change } });
const inMachine = (change: Partial<Facts['machine']>): Facts => ({
  ...healthy,
  machine: { ...healthy.machine, ...change },
});
const inProcess = (change: Partial<Facts['process']>): Facts => ({
  ...healthy,
  process: { ...healthy.process, ...change },
});
const withLinks = (...links: LinkFacts[]): Facts => inNamespace({ links: [...namespace.links, ...links] });
const withKind = (kind: string, ability: 'no'): Facts => ({
  ...healthy,
  features: { ...healthy.features, links: { ...healthy.features.links, [kind]: ability } },
});
const withoutCapability = (bit: bigint): Facts =>
  inProcess({ capabilities: (healthy.process.capabilities ?? 0n) & ~(1n << bit) });
const ports = (count: number): LinkFacts[] =>
  Array.from({ length: count }, (_, i) => ({ index: 100 + i, name: `port${i}`, master: 2, isUp: true }));
const directory = { path: '/data', exists: true, nearest: '/data', free: 2 ** 30 } as const;

const forward = {
  family: 2,
  table: 'filter',
  name: 'FORWARD',
  hook: { number: 2, priority: 0 },
  policy: 0,
  type: 'filter',
};
const chain = (name: string, table = 'filter') => ({ family: 2, table, name });
const network6 = { ...network, subnets: [...network.subnets, 'fd00:1::/64'] };
const stranger = { kind: 'sandbox', id: 'cccccccccccc', directory: '/run/other', isOurs: false } as const;

test('a healthy host has nothing but what is in order, each thing once', () => {
  const findings = diagnose(healthy);
  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
  const ids = findings.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  // These two say something only when there is something to say.
  expect(findingIds.filter((id) => !ids.includes(id))).toEqual(['forwarding-sealed', 'iptables-legacy']);
});

type Case = readonly [id: FindingId, level: FindingLevel, says: RegExp, remedy: RegExp | undefined, facts: Facts];

describe('each trouble is found, and is told with what to do, and nothing else is found', () => {
  test.each<Case>([
    [
      'rules',
      'error',
      /missing, or others than on record/,
      /netplumb rules --apply/,
      { ...healthy, records: { ...records, isGuarded: false } },
    ],
    ['capability-net-admin', 'error', /CAP_NET_ADMIN/, /--cap-add NET_ADMIN/, withoutCapability(12n)],
    ['capability-sys-admin', 'error', /CAP_SYS_ADMIN/, /--cap-add SYS_ADMIN/, withoutCapability(21n)],
    ['capability-sys-ptrace', 'warning', /CAP_SYS_PTRACE/, /--cap-add SYS_PTRACE/, withoutCapability(19n)],
    ['user-namespace', 'note', /user namespace/, /outside/, inProcess({ inFirstUserNamespace: false })],
    ['open-files', 'warning', /only 256 files/, /ulimit -n 65536.*fs\.nr_open/, inProcess({ openFiles: 256 })],
    ['kernel-version', 'error', /5\.2\.14-arch.*too old/, /newer/, inMachine({ release: '5.2.14-arch' })],
    ['kernel-version', 'error', /4\.19/, /newer/, inMachine({ release: '4.19.0-25-amd64' })],
    [
      'namespaces',
      'error',
      /cannot be made/,
      /max_net_namespaces/,
      {
        ...healthy,
        features: { ...healthy.features, namespaces: { problem: 'unshare failed', hint: 'max_net_namespaces' } },
      },
    ],
    [
      'namespace-cookies',
      'warning',
      /cookies/,
      /5\.14/,
      { ...healthy, features: { ...healthy.features, cookies: 'no' } },
    ],
    ['links-veth', 'error', /no veth/, /modprobe veth/, withKind('veth', 'no')],
    ['links-bridge', 'error', /no bridge/, /CONFIG_BRIDGE/, withKind('bridge', 'no')],
    ['links-macvlan', 'note', /no macvlan/, /CONFIG_MACVLAN/, withKind('macvlan', 'no')],
    ['links-dummy', 'note', /no dummy/, /CONFIG_DUMMY/, withKind('dummy', 'no')],
    ['links-vxlan', 'note', /no vxlan/, /CONFIG_VXLAN/, withKind('vxlan', 'no')],
    ['nf-tables', 'error', /no nf_tables/, /modprobe nf_tables/, inNamespace({ chains: 'unsupported' })],
    ['ip-forward', 'warning', /does not forward IPv4/, /net\.ipv4\.ip_forward=1/, withSysctl('ipv4/ip_forward', '0')],
    [
      'ipv6-forward',
      'warning',
      /in networks web/,
      /accept_ra=2/,
      { ...withSysctl('ipv6/conf/all/forwarding', '0'), records: { ...records, networks: [network6] } },
    ],
    ['ipv6', 'note', /switched off/, /disable_ipv6=0/, withSysctl('ipv6/conf/all/disable_ipv6', '1')],
    ['ipv6', 'note', /no IPv6/, /ipv6\.disable/, withoutSysctl('ipv6/conf/all/disable_ipv6')],
    [
      'ipv6',
      'error',
      /IPv6 subnets: web/,
      /disable_ipv6=0/,
      { ...withSysctl('ipv6/conf/all/disable_ipv6', '1'), records: { ...records, networks: [network6] } },
    ],
    ['rp-filter', 'note', /strictly/, /rp_filter=2/, withSysctl('ipv4/conf/default/rp_filter', '1')],
    [
      'rp-filter',
      'warning',
      /otherwise: one/,
      /rp_filter=2/,
      {
        ...withSysctl('ipv4/conf/all/rp_filter', '1'),
        records: { ...records, sandboxes: [{ ...sandbox, networks: ['web', 'db'] }] },
      },
    ],
    [
      'bridge-netfilter',
      'note',
      /bridge-nf-call-iptables/,
      /bridge-nf-call-iptables=0$/,
      withSysctl('bridge/bridge-nf-call-iptables', '1'),
    ],
    [
      'forward-policy',
      'warning',
      /ip filter FORWARD/,
      /iptables -I FORWARD -i br-web/,
      inNamespace({ chains: [forward] }),
    ],
    ['foreign-firewall', 'note', /libvirt/, undefined, inNamespace({ chains: [chain('LIBVIRT_FWI')] })],
    ['iptables-legacy', 'note', /filter, nat/, /iptables-legacy -S/, inNamespace({ legacyTables: ['filter', 'nat'] })],
    [
      'conntrack',
      'warning',
      /64000 of 65536/,
      /nf_conntrack_max=/,
      withSysctl('netfilter/nf_conntrack_count', '64000'),
    ],
    [
      'neighbours-ipv4',
      'warning',
      /512 endpoints need up to 1024/,
      /gc_thresh3=4096 net\.ipv4\.neigh\.default\.gc_thresh2=2048/,
      withRecords({ sandboxes: [{ ...sandbox, ipv4: 512 }] }),
    ],
    [
      'neighbours-ipv6',
      'warning',
      /1024 of 1024 entries/,
      /net\.ipv6\.neigh/,
      inMachine({ neighbours: { ...healthy.machine.neighbours, ipv6: { limit: 1024, entries: 1024 } } }),
    ],
    [
      'neighbours-ipv4',
      'note',
      /is not known/,
      /sysctl net\.ipv4/,
      inMachine({ neighbours: { ...healthy.machine.neighbours, ipv4: {} } }),
    ],
    [
      'neighbours-ipv4',
      'note',
      /From net\.ipv4\.neigh\.default\.gc_thresh2=512 on/,
      /gc_thresh3=2048 net\.ipv4\.neigh\.default\.gc_thresh2=1024/,
      withRecords({ sandboxes: [{ ...sandbox, ipv4: 300 }] }),
    ],
    ['all-files', 'warning', /95 of 100 files/, /fs\.file-max=400/, inMachine({ files: { used: 95, most: 100 } })],
    ['mounts', 'warning', /95 of 100 mounts/, /fs\.mount-max=400/, inMachine({ mounts: { used: 95, most: 100 } })],
    ['tasks', 'warning', /95 of 100 processes/, /TasksMax=400/, inMachine({ tasks: { used: 95, most: 100 } })],
    [
      'net-namespaces',
      'warning',
      /1 sandboxes are on record/,
      /user\.max_net_namespaces=65536/,
      inMachine({ namespacesMost: 1 }),
    ],
    ['threads', 'warning', /30000 of 32768/, /pid_max/, inMachine({ threads: 30_000, pidMax: 32_768 })],
    [
      'run-directory',
      'note',
      /on ext4/,
      /mount -t tmpfs/,
      { ...healthy, runDirectory: { ...directory, fileSystem: 'ext4' } },
    ],
    [
      'run-directory',
      'error',
      /on nfs/,
      /--run-dir/,
      { ...healthy, runDirectory: { ...directory, fileSystem: 'nfs' } },
    ],
    [
      'run-directory',
      'error',
      /\/data \(in \/\) cannot be used: no/,
      /--run-dir/,
      { ...healthy, runDirectory: { path: '/data', exists: false, nearest: '/', problem: 'no' } },
    ],
    [
      'run-directory',
      'warning',
      /only 3 MiB/,
      /Make room/,
      { ...healthy, runDirectory: { ...directory, fileSystem: 'tmpfs', free: 3 * 2 ** 20 } },
    ],
    [
      'state-directory',
      'warning',
      /will be made on tmpfs/,
      /--state-dir/,
      { ...healthy, stateDirectory: { ...directory, exists: false, fileSystem: 'tmpfs' } },
    ],
    [
      'state-directory',
      'error',
      /read-only/,
      /--state-dir/,
      { ...healthy, stateDirectory: { ...directory, problem: 'its file system is mounted read-only' } },
    ],
    [
      'records',
      'error',
      /is damaged/,
      /away/,
      { ...healthy, records: { problem: 'it is damaged', hint: 'Move it away.' } },
    ],
    ['definitions', 'error', /no JSON/, /Move/, { ...healthy, definitions: [{ problem: 'a.json is no JSON' }] }],
    ['sandboxes', 'warning', /1 sandbox is.* dead: one/, /netplumb gc/, withRecords({ dead: ['one'] })],
    [
      'orphans',
      'warning',
      /veth1/,
      /netplumb gc/,
      withLinks({ index: 9, name: 'veth1', isUp: true, owner: { ...stranger, isOurs: true } }),
    ],
    [
      'other-run-directories',
      'note',
      /1 link belongs to run directory \/run\/other/,
      /--run-dir \/run\/other/,
      withLinks({ index: 9, name: 'veth1', isUp: true, owner: stranger }),
    ],
    ['bridges', 'error', /br-web of network web is gone/, /netplumb gc/, inNamespace({ links: [] })],
    [
      'bridges',
      'error',
      /br-web of network web is gone/,
      /network rm web/,
      { ...inNamespace({ links: [] }), records: { ...records, networks: [{ ...network, ours: false }] } },
    ],
    [
      'bridges',
      'warning',
      /is down/,
      /ip link set br-web up/,
      inNamespace({ links: namespace.links.map((link) => ({ ...link, isUp: false })) }),
    ],
    ['bridge-ports', 'warning', /920 of 1023/, /ptp/, withLinks(...ports(920))],
    ['bridge-ports', 'error', /1023 of 1023/, /ptp/, withLinks(...ports(1023))],
    [
      'ranges',
      'warning',
      /10\.1\.0\.0\/16 of network web overlaps 10\.1\.128\.0\/17 on tun0/,
      /--subnet/,
      inNamespace({ ranges: [...namespace.ranges, { range: '10.1.128.0/17', interface: 'tun0' }] }),
    ],
    [
      'ranges',
      'warning',
      /docker0 \(Docker's\)/,
      /default-address-pools/,
      inNamespace({ ranges: [...namespace.ranges, { range: '10.1.0.0/16', interface: 'docker0' }] }),
    ],
  ])('%s: %s, %s', (id, level, says, remedy, facts) => {
    const [first, ...others] = troubles(facts);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ id, level });
    expect(`${first?.title}. ${first?.detail}`).toMatch(says);
    if (remedy) {
      expect(first?.remedy).toMatch(remedy);
    } else {
      expect(first).not.toHaveProperty('remedy');
    }
  });
});

describe('what is not known is not judged', () => {
  test('nothing of the host when its namespace cannot be opened', () => {
    const problem = { problem: 'setns failed with EPERM', hint: 'Run as root.' };
    const facts: Facts = {
      ...healthy,
      namespace: problem,
      features: { namespaces: 'unknown', cookies: 'unknown', links: {} },
    };
    const [first, ...others] = troubles(facts);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      id: 'host-namespace',
      level: 'error',
      detail: 'setns failed with EPERM.',
      remedy: 'Run as root.',
    });
  });

  test('no capabilities without /proc', () => {
    const [first, ...others] = troubles({ ...healthy, process: {} });
    expect(others).toEqual([]);
    expect(first).toMatchObject({ id: 'proc', level: 'error', remedy: expect.stringContaining('mount -t proc') });
  });

  test('no rules when they must not be listed', () => {
    const { chains, ...others } = namespace;
    const ids = diagnose({ ...healthy, namespace: others }).map(({ id }) => id);
    expect(chains).toEqual([]);
    expect(ids).not.toContain('nf-tables');
    expect(ids).not.toContain('forward-policy');
    expect(ids).not.toContain('foreign-firewall');
  });

  test('no networks where there are no records', () => {
    const { records: _, ...others } = healthy;
    expect(troubles(others)).toEqual([]);
    expect(diagnose(others)).toContainEqual(
      expect.objectContaining({ id: 'records', title: 'there are no records yet' }),
    );
  });
});

describe('who drops what is forwarded is told by the names in the same table', () => {
  test.each([
    ['Docker', [forward, chain('DOCKER-USER')], /DOCKER-USER -i br-web/],
    ['ufw', [forward, chain('ufw-before-forward')], /ufw route allow in on br-web/],
    ['firewalld', [{ ...forward, table: 'firewalld', family: 1 }], /firewall-cmd .*br-web/],
    ['Docker', [forward, chain('DOCKER', 'nat')], /^[^/]*iptables -I FORWARD/],
  ])('%s', (name, chains, remedy) => {
    const [policy, foreign, ...others] = troubles(inNamespace({ chains }));
    expect(others).toEqual([]);
    expect(policy).toMatchObject({ id: 'forward-policy', remedy: expect.stringMatching(remedy) });
    expect(foreign).toMatchObject({ id: 'foreign-firewall', title: expect.stringContaining(name) });
  });

  test('a chain of another hook, or one that accepts, does not drop', () => {
    const chains = [
      { ...forward, hook: { number: 1, priority: 0 } },
      { ...forward, policy: 1 },
    ];
    expect(troubles(inNamespace({ chains }))).toEqual([]);
  });
});

test.each([
  ['0', '2'],
  ['1', '2'],
  ['2', '1'],
  ['0', '0'],
])('rp_filter %s for all and %s by default is not strict', (all, others) => {
  const sysctls = { ...namespace.sysctls, 'ipv4/conf/all/rp_filter': all, 'ipv4/conf/default/rp_filter': others };
  expect(troubles(inNamespace({ sysctls }))).toEqual([]);
});

test('a link of ours that is gone is missed only where sandboxes need it', () => {
  const facts = inNamespace({ links: [] });
  expect(troubles({ ...facts, records: { ...records, networks: [{ ...network, isJoined: false }] } })).toEqual([]);
});

test('forwarding of IPv6 is asked for only by networks that have IPv6 and lead out', () => {
  const facts = withSysctl('ipv6/conf/all/forwarding', '0');
  expect(troubles(facts)).toEqual([]);
  expect(troubles({ ...facts, records: { ...records, networks: [{ ...network6, internal: true }] } })).toEqual([]);
});

test('a wider route, the link itself and the ends of our own sandboxes do not clash with a network', () => {
  const owner = { kind: 'sandbox', id: 'bbbbbbbbbbbb', directory: '/run/netplumb', isOurs: true } as const;
  const links = [...namespace.links, { index: 9, name: 'veth1', isUp: true, owner }];
  const ranges = [
    ...namespace.ranges,
    { range: '10.0.0.0/8', interface: 'eth0' },
    { range: '10.1.0.7/32', interface: 'veth1' },
  ];
  expect(troubles(inNamespace({ links, ranges }))).toEqual([]);
});

test('docs/doctor.md describes every id', () => {
  const page = readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8');
  const [, looked = ''] = page.split('## What is looked at');
  const described = [...looked.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, id]) => id);
  expect(described).toEqual([...findingIds]);
});
