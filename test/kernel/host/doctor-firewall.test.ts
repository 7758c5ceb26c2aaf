import { describe, expect } from 'vitest';
import { seal } from '../../../src/firewall/index.js';
import { examine } from '../../../src/host/doctor/index.js';
import { Store } from '../../../src/store/index.js';
import { test } from './patient.js';

test('what netplumb remembers of switching it on', async ({ patient }) => {
  await using host = await patient.open();
  await host.attach({ create: true, name: 'web' });
  const store = Store.open(patient.runDir, patient.stateDir);
  store.transaction((tables) => seal(tables, { ipv4: true, ipv6: false }));
  await store.close();
  patient.set('ipv4/ip_forward', '0');
  expect(await patient.finding('ip-forward')).toMatchObject({ title: expect.stringContaining('somebody') });
  patient.set('ipv4/ip_forward', '1');
  expect(await patient.finding('forwarding-sealed')).toMatchObject({ level: 'note' });
  patient.netns.run('nft', 'add table ip filter; add chain ip filter DOCKER');
  expect(await patient.finding('forwarding-sealed')).toMatchObject({ level: 'warning' });
  await host.detach('web');
});

describe('rules of netplumb', () => {
  test('cannot be made where nft may not be run', async ({ patient }) => {
    patient.hide('/usr/sbin/nft');
    const { runDir, stateDir } = patient;
    const findings = await examine({ netns: patient.netns.path, runDir, stateDir, firewall: 'nftables' });
    expect(findings.filter(({ id }) => id.startsWith('firewall-'))).toMatchObject([
      { id: 'firewall-tools', level: 'error', title: 'not installed: nft' },
    ]);
  });

  test.for(['nftables', 'iptables'] as const)(
    'are tried, and nothing of them stays (%s)',
    async (firewall, { patient }) => {
      const before = patient.state();
      const { runDir, stateDir } = patient;
      const findings = await examine({ netns: patient.netns.path, runDir, stateDir, firewall });
      expect(patient.state()).toBe(before);
      const told = findings.filter(({ id }) => id.startsWith('firewall-'));
      expect(told.map(({ id, level }) => `${id} ${level}`)).toEqual([
        'firewall-tools ok',
        'firewall-rules ok',
        'firewall-guard ok',
      ]);
    },
  );
});

describe('rules of others', () => {
  test('a policy that drops, made through iptables-nft, by whoever has chains in the same table', async ({
    patient,
  }) => {
    expect(await patient.finding('forward-policy')).toMatchObject({ level: 'ok' });
    expect(await patient.finding('foreign-firewall')).toMatchObject({ level: 'ok' });
    patient.netns.run(
      'nft',
      'add table ip filter; add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }',
    );
    expect(await patient.finding('forward-policy')).toMatchObject({
      level: 'warning',
      title: expect.stringContaining('ip filter FORWARD'),
      remedy: expect.stringContaining('iptables -I FORWARD -i netplumb0'),
    });
    patient.netns.run('nft', 'add chain ip filter DOCKER-USER');
    const { remedy } = await patient.finding('forward-policy');
    expect(remedy).toContain('iptables -I DOCKER-USER');
    expect(await patient.finding('foreign-firewall')).toMatchObject({
      level: 'note',
      title: expect.stringContaining('Docker'),
    });
  });

  test('firewalld and ufw are known by their tables and chains', async ({ patient }) => {
    patient.netns.run('nft', 'add table inet firewalld; add chain inet firewalld filter_FORWARD');
    patient.netns.run('nft', 'add table ip filter; add chain ip filter ufw-before-forward');
    const titles = (await patient.findings('foreign-firewall')).map(({ title }) => title);
    expect(titles).toEqual(['rules of firewalld are in force', 'rules of ufw are in force']);
  });

  test('tables of iptables-legacy', async ({ patient }) => {
    expect(await patient.findings('iptables-legacy')).toEqual([]);
    patient.netns.run('iptables-legacy', '-t', 'nat', '-L');
    expect(await patient.finding('iptables-legacy')).toMatchObject({
      level: 'note',
      title: expect.stringContaining('nat'),
    });
  });
});
