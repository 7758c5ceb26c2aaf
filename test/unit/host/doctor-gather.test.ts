import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Subject } from '../../../src/host/doctor/gather/index.js';
import { gatherFirewall, type Try } from '../../../src/host/doctor/gather/rules.js';
import { gatherConfigured } from '../../../src/host/doctor/gather/sysctl-files.js';

const subject: Subject = { netns: '/proc/self/ns/net', runDir: '/run/netplumb', stateDir: '/var/lib/netplumb' };
const fine = { code: 0, signal: null, output: '', errors: '' };
const refused = (errors: string) => ({ ...fine, code: 1, errors });

describe('the firewall', () => {
  test('is tried with the programs of its backend, and with nft for bridges', async () => {
    for (const [backend, programs] of [
      ['nftables', ['nft', 'nft']],
      ['iptables', ['iptables-restore', 'ip6tables-restore', 'nft']],
    ] as const) {
      const asked: string[] = [];
      const attempt: Try = async (program, text) => {
        expect(text).not.toBe('');
        asked.push(program);
        return fine;
      };
      const facts = await gatherFirewall({ ...subject, firewall: backend }, attempt);
      expect(facts).toMatchObject({ backend, missingTools: [], rules: 'yes', guard: 'yes', switchesForwarding: true });
      expect(asked).toEqual(programs);
    }
  });

  test('lacks what single rules are refused for', async () => {
    const attempt: Try = async (_, text) => (/masquerade|bridge/.test(text) ? refused('1:1: Error: no\n^^^\n') : fine);
    expect(await gatherFirewall(subject, attempt)).toMatchObject({
      rules: { said: '1:1: Error: no', lacks: [expect.stringContaining('NFT_MASQ')] },
      guard: { lacks: [expect.stringContaining('NF_TABLES_BRIDGE'), expect.stringContaining('ARP')] },
    });
  });

  test('of iptables is refused by either family', async () => {
    const attempt: Try = async (program) => (program === 'ip6tables-restore' ? refused('ip6tables: no') : fine);
    expect(await gatherFirewall({ ...subject, firewall: 'iptables' }, attempt)).toMatchObject({
      rules: { said: 'ip6tables: no', lacks: [] },
    });
  });

  test('is unknown to those who may not make rules, or without the programs', async () => {
    const denied: Try = async () => refused('netlink: Error: cache initialization failed: Operation not permitted');
    expect(await gatherFirewall(subject, denied)).toMatchObject({ rules: 'unknown', guard: 'unknown' });
    expect(await gatherFirewall(subject, async () => 'missing')).toMatchObject({
      rules: 'unknown',
      missingTools: ['nft'],
    });
    for (const attempt of [undefined, async () => 'unknown' as const]) {
      expect(await gatherFirewall(subject, attempt)).toMatchObject({ rules: 'unknown', missingTools: [] });
    }
  });

  test('is not tried when there is to be none, and forwarding is then left alone', async () => {
    const never: Try = () => Promise.reject(new Error('tried'));
    expect(await gatherFirewall({ ...subject, firewall: 'none' }, never)).toMatchObject({
      backend: 'none',
      switchesForwarding: false,
    });
    expect(await gatherFirewall({ ...subject, ipForward: false }, async () => fine)).toMatchObject({
      switchesForwarding: false,
    });
  });
});

describe('what files say of forwarding', () => {
  /** Files below a directory that is gone afterwards, and what they say; paths without that directory. */
  function configured(files: Readonly<Record<string, string>>) {
    const root = mkdtempSync(join(tmpdir(), 'netplumb-sysctl-'));
    try {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      const found = Object.entries(gatherConfigured(root));
      return Object.fromEntries(
        found.map(([key, { value, file }]) => [key, `${value} ${file.slice(root.length + 1)}`]),
      );
    } finally {
      rmSync(root, { recursive: true });
    }
  }

  test.each([
    ['net.ipv4.ip_forward = 1', { 'ipv4/ip_forward': '1 etc/sysctl.d/a.conf' }],
    ['net/ipv4/ip_forward=0', { 'ipv4/ip_forward': '0 etc/sysctl.d/a.conf' }],
    ['-net.ipv4.conf.all.forwarding=0', { 'ipv4/ip_forward': '0 etc/sysctl.d/a.conf' }],
    ['  net.ipv6.conf.all.forwarding=1  # on', { 'ipv6/conf/all/forwarding': '1 etc/sysctl.d/a.conf' }],
    ['# net.ipv4.ip_forward = 1\n;net.ipv4.ip_forward=1', {}],
    ['net.ipv4.ip_forward', {}],
    ['net.ipv4.ip_forward=1\nnet.ipv4.ip_forward=0', { 'ipv4/ip_forward': '0 etc/sysctl.d/a.conf' }],
    ['net.ipv4.ip_forward_update_priority=0\nkernel.x=1', {}],
  ])('%j', (text, expected) => {
    expect(configured({ 'etc/sysctl.d/a.conf': text })).toEqual(expected);
  });

  test('the last by name counts, of one name the first directory, and sysctl.conf above all', () => {
    const [on, not] = ['net.ipv4.ip_forward=1', 'net.ipv4.ip_forward=0'];
    expect(configured({ 'etc/sysctl.d/10.conf': on, 'usr/lib/sysctl.d/20.conf': not, 'etc/sysctl.d/30': on })).toEqual({
      'ipv4/ip_forward': '0 usr/lib/sysctl.d/20.conf',
    });
    expect(configured({ 'etc/sysctl.d/20.conf': on, 'usr/lib/sysctl.d/20.conf': not })).toEqual({
      'ipv4/ip_forward': '1 etc/sysctl.d/20.conf',
    });
    expect(configured({ 'etc/sysctl.conf': on, 'etc/sysctl.d/99.conf': not })).toEqual({
      'ipv4/ip_forward': '1 etc/sysctl.conf',
    });
    expect(configured({})).toEqual({});
  });
});
