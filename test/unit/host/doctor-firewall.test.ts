import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/host/doctor/diagnose.js';
import type { Facts, FirewallFacts, NamespaceFacts, RecordFacts } from '../../../src/host/doctor/facts.js';
import type { Finding } from '../../../src/host/doctor/finding.js';
import { firewall, healthy, namespace, network, records } from './doctor-facts.js';

const troubles = (facts: Facts): Finding[] => diagnose(facts).filter(({ level }) => level !== 'ok');

interface Change {
  readonly namespace?: Partial<NamespaceFacts>;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly records?: Partial<RecordFacts>;
  readonly firewall?: Partial<FirewallFacts>;
  readonly configured?: Facts['machine']['configured'];
}

/** A healthy host but for this. */
const changed = (change: Change): Facts => ({
  ...healthy,
  machine: { ...healthy.machine, configured: change.configured ?? {} },
  namespace: { ...namespace, ...change.namespace, sysctls: { ...namespace.sysctls, ...change.sysctls } },
  records: { ...records, ...change.records },
  firewall: { ...firewall, ...change.firewall },
});

const forward = {
  family: 2,
  table: 'filter',
  name: 'FORWARD',
  hook: { number: 2, priority: 0 },
  policy: 0,
  type: 'filter',
};
const chain = (name: string, table = 'filter') => ({ family: 2, table, name });
const off = { 'ipv4/ip_forward': '0' };
const sealed = { ipv4: true, ipv6: false };
const file = '/etc/sysctl.d/50-hardening.conf';

/** The only trouble that there is. */
function trouble(change: Change): Finding | undefined {
  const [first, ...others] = troubles(changed(change));
  expect(others).toEqual([]);
  return first;
}

describe('forwarding that is off', () => {
  test('is missed by no host without a network that leads out', () => {
    const nobody = [{ isJoined: false }, { internal: true }, { driver: 'macvlan' }];
    for (const one of nobody) {
      expect(troubles(changed({ sysctls: off, records: { networks: [{ ...network, ...one }] } }))).toEqual([]);
    }
  });

  test('was switched off by somebody when netplumb had switched it on', () => {
    expect(trouble({ sysctls: off, records: { sealed } })).toMatchObject({
      id: 'ip-forward',
      level: 'warning',
      title: expect.stringMatching(/somebody has switched off.*netplumb had switched on/),
    });
  });

  test('was on before, or netplumb was told to leave it', () => {
    expect(trouble({ sysctls: off })?.detail).toMatch(/networks web\. It was on .* since/);
    expect(trouble({ sysctls: off, firewall: { switchesForwarding: false } })?.detail).toMatch(/told to leave/);
  });

  test('is the doing of a file that says so', () => {
    const configured = { 'ipv4/ip_forward': { value: '0', file } };
    expect(trouble({ sysctls: off, configured })?.remedy).toContain(`correct ${file}`);
    expect(trouble({ sysctls: off })?.remedy).toContain('a file in /etc/sysctl.d');
  });

  test('of IPv6 concerns networks with IPv6, unless there is none at all', () => {
    const six = { networks: [{ ...network, subnets: ['10.1.0.0/16', 'fd00::/64'] }] };
    const sysctls = { 'ipv6/conf/all/forwarding': '0' };
    expect(trouble({ sysctls })).toBeUndefined();
    expect(trouble({ sysctls, records: six })).toMatchObject({
      id: 'ipv6-forward',
      remedy: expect.stringContaining('accept_ra=2'),
    });
    expect(trouble({ sysctls: { ...sysctls, 'ipv6/conf/all/disable_ipv6': '1' }, records: six })?.id).toBe('ipv6');
  });
});

describe('forwarding that is on', () => {
  test('will not stay where a file says otherwise', () => {
    const configured = { 'ipv4/ip_forward': { value: '0', file } };
    expect(trouble({ configured })).toMatchObject({
      id: 'ip-forward',
      level: 'note',
      title: expect.stringContaining(file),
    });
    expect(trouble({ configured, records: { networks: [] } })).toBeUndefined();
    expect(trouble({ configured: { 'ipv4/ip_forward': { value: '1', file } } })).toBeUndefined();
  });

  test('by netplumb is for its own networks only', () => {
    const change = { records: { sealed } };
    expect(trouble(change)).toMatchObject({
      id: 'forwarding-sealed',
      level: 'note',
      title: expect.stringMatching(/forwards IPv4 packets of netplumb's networks only/),
      remedy: expect.stringContaining('net.ipv4.ip_forward = 1 to a file'),
    });
    expect(trouble({ ...change, firewall: { backend: 'none' } })?.id).toBe('firewall-rules');
  });

  test('by netplumb cuts off whoever came later and relies on it', () => {
    const [first, ...others] = troubles(changed({ records: { sealed }, namespace: { chains: [chain('DOCKER')] } }));
    expect(first).toMatchObject({
      id: 'forwarding-sealed',
      level: 'warning',
      detail: expect.stringMatching(/cuts off what Docker/),
    });
    expect(others.map(({ id }) => id)).toEqual(['foreign-firewall']);
  });

  test("and ufw, which forwards nothing of its own, do not get into each other's way", () => {
    const chains = [chain('ufw-before-forward')];
    expect(troubles(changed({ records: { sealed }, namespace: { chains } }))[0]).toMatchObject({ level: 'note' });
  });
});

describe('chains that drop what is forwarded', () => {
  test('come behind the rules of netplumb where both are of iptables', () => {
    const change = { namespace: { chains: [forward] } };
    expect(trouble(change)?.remedy).toContain('--firewall=iptables');
    expect(trouble({ ...change, firewall: { backend: 'iptables', variant: 'nft' } })).toBeUndefined();
    expect(trouble({ ...change, firewall: { backend: 'iptables', variant: 'legacy' } })).toMatchObject({
      id: 'forward-policy',
      remedy: expect.not.stringContaining('--firewall'),
    });
  });

  test('in a table of another program are met whichever way netplumb makes its rules', () => {
    const change = { namespace: { chains: [{ ...forward, family: 1, table: 'router' }] } };
    expect(trouble({ ...change, firewall: { backend: 'iptables' } })?.id).toBe('forward-policy');
    expect(trouble(change)?.remedy).not.toContain('--firewall');
  });

  test('keep published ports, and with bridge-nf-call-iptables neighbours too', () => {
    const change = { namespace: { chains: [forward] } };
    expect(trouble(change)?.detail).toMatch(/published ports\. That/);
    const [, policy] = troubles(changed({ ...change, sysctls: { 'bridge/bridge-nf-call-iptables': '1' } }));
    expect(policy?.detail).toMatch(/nor do sandboxes reach each other/);
  });

  test('within bridges keep neighbours from each other', () => {
    expect(trouble({ namespace: { chains: [{ ...forward, family: 7, table: 'guard' }] } })).toMatchObject({
      title: expect.stringContaining('bridge guard FORWARD'),
      remedy: expect.stringContaining('nft list table bridge guard'),
    });
  });

  test('of ARP are about no packet of IP', () => {
    expect(troubles(changed({ namespace: { chains: [{ ...forward, family: 3 }] } }))).toEqual([]);
  });
});

describe('rules of others', () => {
  test('are told one by one, with what they mean for published ports', () => {
    const chains = [chain('x', 'firewalld'), chain('ufw-user-input')];
    const found = troubles(changed({ namespace: { chains } }));
    expect(found.map(({ title }) => title)).toEqual(['rules of firewalld are in force', 'rules of ufw are in force']);
    expect(found[0]?.remedy).toContain('--zone=trusted --add-interface=br-web');
    expect(found[1]?.detail).toMatch(/"ufw allow", "ufw deny".*do not concern published ports/);
  });

  test('of both variants of iptables at once are a trap', () => {
    const change = { namespace: { legacyTables: ['filter'], chains: [{ ...forward, policy: 1 }] } };
    expect(trouble(change)).toMatchObject({ id: 'iptables-legacy', level: 'warning' });
    expect(trouble({ namespace: { legacyTables: ['filter'] } })).toMatchObject({ level: 'note' });
    const own = [{ family: 1, table: 'netplumb', name: 'forward' }];
    expect(trouble({ namespace: { legacyTables: ['filter'], chains: own } })).toMatchObject({ level: 'note' });
  });
});

describe('rules of netplumb', () => {
  test('cannot be made without the programs of the backend', () => {
    expect(trouble({ firewall: { missingTools: ['nft'], rules: 'unknown', guard: 'unknown' } })).toMatchObject({
      id: 'firewall-tools',
      level: 'error',
      remedy: expect.stringMatching(/apt install nftables.*--firewall=iptables/),
    });
    const missingTools = ['iptables-restore', 'ip6tables-restore'];
    expect(trouble({ firewall: { backend: 'iptables', missingTools, rules: 'unknown' } })).toMatchObject({
      title: 'not installed: iptables-restore, ip6tables-restore',
      remedy: expect.stringMatching(/apt install iptables;/),
    });
  });

  test('of bridges need nft whatever the backend', () => {
    expect(trouble({ firewall: { backend: 'iptables', missingTools: ['nft'], guard: 'unknown' } })).toMatchObject({
      id: 'firewall-guard',
      level: 'note',
    });
  });

  test.each([
    [{ rules: { said: 'Error: no', lacks: ['masquerading (NFT_MASQ)'] } }, 'firewall-rules', 'error', /lacks masquer/],
    [{ rules: { said: 'Error: no', lacks: [] } }, 'firewall-rules', 'error', /Error: no/],
    [{ guard: { said: 'Error: no', lacks: [] } }, 'firewall-guard', 'note', /spoof_guard are refused/],
  ])('that are refused (%j) say why', (change, id, level, detail) => {
    expect(trouble({ firewall: change })).toMatchObject({ id, level, detail: expect.stringMatching(detail) });
  });

  test('are not judged where they could not be tried', () => {
    const ids = diagnose(changed({ firewall: { rules: 'unknown', guard: 'unknown' } })).map(({ id }) => id);
    expect(ids).not.toContain('firewall-rules');
    expect(ids).not.toContain('firewall-guard');
  });

  test('that are not to be made are missed', () => {
    expect(trouble({ firewall: { backend: 'none' } })).toMatchObject({ id: 'firewall-rules', level: 'note' });
  });
});
