import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { describe, expect } from 'vitest';
import { newId } from '../../../src/address/index.js';
import { examineHost } from '../../../src/host/index.js';
import { formatMark } from '../../../src/network/index.js';
import { sealedTable } from '../../../src/store/seal.js';
import { asThrown } from '../../support/refusals.js';
import { attempt, type Patient, test } from './patient.js';

describe('looking changes nothing', () => {
  test('where there is nothing yet, nothing is made', async ({ patient }) => {
    const before = patient.state();
    const findings = await patient.examine();
    expect(patient.state()).toBe(before);
    expect(existsSync(patient.runDir)).toBe(false);
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(findings).toContainEqual(expect.objectContaining({ id: 'records', level: 'ok' }));
  });

  test('what is there stays as it is', async ({ patient }) => {
    await using host = await patient.open();
    const { sandbox } = await host.attach({ create: true, name: 'web' });
    const before = patient.state();
    expect((await patient.examine()).filter(({ level }) => level === 'error')).toEqual([]);
    expect(patient.state()).toBe(before);
    await host.detach(sandbox);
  });
});

test('a kind of link is there or not as the kernel says to ip', async ({ patient }) => {
  for (const kind of ['veth', 'bridge', 'dummy'] as const) {
    const isThere = attempt(() => patient.netns.run('ip', 'link', 'add', `try-${kind}`, 'type', kind));
    const { level } = await patient.finding(`links-${kind}`);
    expect({ kind, isFine: level === 'ok' }).toEqual({ kind, isFine: isThere });
  }
  expect(await patient.finding('links-macvlan')).toMatchObject({ level: 'ok' });
  expect(await patient.finding('links-vxlan')).toMatchObject({ level: 'ok' });
  expect(await patient.finding('namespaces')).toMatchObject({ level: 'ok' });
  expect(await patient.finding('namespace-cookies')).toMatchObject({ level: 'ok' });
  expect(await patient.finding('nf-tables')).toMatchObject({ level: 'ok' });
});

describe("parameters of the host's namespace, not of the caller's", () => {
  test('ip_forward, once a network leads out', async ({ patient }) => {
    patient.set('ipv4/ip_forward', '0');
    expect(await patient.finding('ip-forward')).toMatchObject({ level: 'ok' });
    await using host = await patient.open();
    await host.attach({ create: true, name: 'web' });
    // Whoever attaches may or may not switch it on.
    patient.set('ipv4/ip_forward', '0');
    const finding = await patient.finding('ip-forward');
    expect(finding).toMatchObject({ level: 'warning', remedy: expect.stringContaining('net.ipv4.ip_forward=1') });
    patient.set('ipv4/ip_forward', '1');
    expect(await patient.finding('ip-forward')).toMatchObject({ level: 'ok' });
    await host.detach('web');
  });

  test('forwarding of IPv6, once a network has it', async ({ patient }) => {
    patient.set('ipv6/conf/all/forwarding', '0');
    expect(await patient.finding('ipv6-forward')).toMatchObject({ level: 'ok' });
    await using host = await patient.open();
    await host.networks.create({ name: 'six', ipv6: true });
    await host.attach({ create: true, name: 'web', network: 'six' });
    // Networks may or may not switch it on.
    patient.set('ipv6/conf/all/forwarding', '0');
    expect(await patient.finding('ipv6-forward')).toMatchObject({
      level: 'warning',
      detail: expect.stringContaining('six'),
    });
    patient.set('ipv6/conf/all/forwarding', '1');
    expect(await patient.finding('ipv6-forward')).toMatchObject({ level: 'ok' });
    await host.detach('web');
  });

  test('IPv6 that is switched off', async ({ patient }) => {
    expect(await patient.finding('ipv6')).toMatchObject({ level: 'ok' });
    patient.set('ipv6/conf/all/disable_ipv6', '1');
    expect(await patient.finding('ipv6')).toMatchObject({ level: 'note' });
  });

  test('the reverse path filter', async ({ patient }) => {
    patient.set('ipv4/conf/all/rp_filter', '1');
    expect(await patient.finding('rp-filter')).toMatchObject({ level: 'note' });
    patient.set('ipv4/conf/default/rp_filter', '2');
    expect(await patient.finding('rp-filter')).toMatchObject({ level: 'ok' });
  });

  test('a sandbox in two networks behind a strict reverse path filter', async ({ patient }) => {
    patient.set('ipv4/conf/all/rp_filter', '1');
    await using host = await patient.open();
    await host.networks.create({ name: 'second' });
    await host.attach({ create: true, name: 'both' });
    await host.networks.connect('second', 'both');
    expect(await patient.finding('rp-filter')).toMatchObject({
      level: 'warning',
      detail: expect.stringContaining('both'),
    });
    await host.detach('both');
  });

  test('the firewall within bridges', async ({ patient }) => {
    // br_netfilter may be absent, and packets then do not pass the firewall.
    const isThere = attempt(() => patient.set('bridge/bridge-nf-call-iptables', '1'));
    expect(await patient.finding('bridge-netfilter')).toMatchObject({ level: isThere ? 'note' : 'ok' });
  });
});

describe('networks and their links', () => {
  test('a bridge that is down, and one that is gone', async ({ patient }) => {
    await using host = await patient.open();
    await host.attach({ create: true, name: 'web' });
    expect(await patient.finding('bridges')).toMatchObject({ level: 'ok' });
    patient.netns.run('ip', 'link', 'set', 'netplumb0', 'down');
    expect(await patient.finding('bridges')).toMatchObject({
      level: 'warning',
      title: expect.stringContaining('down'),
    });
    patient.netns.run('ip', 'link', 'del', 'netplumb0');
    const finding = await patient.finding('bridges');
    expect(finding).toMatchObject({ level: 'error', remedy: expect.stringContaining('netplumb gc') });
    // The remedy helps.
    await host.gc();
    expect(await patient.finding('bridges')).toMatchObject({ level: 'ok' });
    await host.detach('web');
  });

  test('a bridge of somebody else that is gone', async ({ patient }) => {
    patient.netns.run('ip', 'link', 'add', 'theirs', 'type', 'bridge');
    patient.netns.run('ip', 'address', 'add', '10.9.0.1/24', 'dev', 'theirs');
    patient.netns.run('ip', 'link', 'set', 'theirs', 'up');
    await using host = await patient.open();
    await host.networks.create({ name: 'found', options: { 'com.docker.network.bridge.name': 'theirs' } });
    patient.netns.run('ip', 'link', 'del', 'theirs');
    const findings = await patient.findings('bridges');
    expect(findings).toMatchObject([
      { level: 'error', title: expect.stringContaining('theirs of network found is gone') },
    ]);
  });

  test('a bridge that is nearly full, and one that is', async ({ patient }) => {
    await using host = await patient.open();
    await host.networks.create({ name: 'crowd', options: { 'com.docker.network.bridge.name': 'crowd' } });
    const pairs = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => [
        `link add a${from + i} master crowd type veth peer name b${from + i}`,
        `link set b${from + i} master crowd`,
      ]).flat();
    const ofCrowd = async () => (await patient.findings('bridge-ports')).find(({ title }) => title.includes('crowd'));
    batch(patient, pairs(0, 459));
    expect(await ofCrowd()).toMatchObject({ level: 'ok', title: expect.stringContaining('918 of 1023') });
    batch(patient, pairs(459, 460));
    expect(await ofCrowd()).toMatchObject({ level: 'warning' });
    batch(patient, [...pairs(460, 511), 'link add a511 master crowd type veth peer name b511']);
    expect(await ofCrowd()).toMatchObject({ level: 'error', title: expect.stringContaining('1023 of 1023') });
    expect(attempt(() => patient.netns.run('ip', 'link', 'set', 'b511', 'master', 'crowd'))).toBe(false);
  });

  test('addresses that another interface has as well', async ({ patient }) => {
    await using host = await patient.open();
    await host.attach({ create: true, name: 'web' });
    expect(await patient.finding('ranges')).toMatchObject({ level: 'ok' });
    patient.netns.run('ip', 'link', 'add', 'docker0', 'type', 'bridge');
    patient.netns.run('ip', 'address', 'add', '172.17.0.1/16', 'dev', 'docker0');
    const finding = await patient.finding('ranges');
    expect(finding).toMatchObject({
      level: 'warning',
      title: expect.stringMatching(/172\.17\.0\.0\/16 of network bridge.*docker0/),
    });
    await host.detach('web');
  });
});

describe('records', () => {
  test('a sandbox whose process has ended', async ({ patient }) => {
    await using host = await patient.open();
    const child = spawn('unshare', ['--net', 'sleep', '600'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const own = readlinkSync('/proc/self/ns/net');
    await expect.poll(() => readlinkSync(`/proc/${child.pid}/ns/net`)).not.toBe(own);
    await host.attach({ pid: child.pid ?? 0, name: 'short' });
    expect(await patient.finding('sandboxes')).toMatchObject({ level: 'ok' });
    child.kill('SIGKILL');
    await ended;
    const finding = await patient.finding('sandboxes');
    expect(finding).toMatchObject({
      level: 'warning',
      title: expect.stringContaining('short'),
      remedy: expect.stringContaining('gc'),
    });
    await host.gc();
    expect(await patient.finding('sandboxes')).toMatchObject({ level: 'ok' });
  });

  test('a sandbox that somebody is attaching at the moment is not dead', async ({ patient }) => {
    await using host = await patient.open();
    const attached = host.attachAll(
      Array.from({ length: 16 }, (_, i) => ({ create: true as const, name: `busy${i}` })),
    );
    const findings = await patient.findings('sandboxes');
    expect(findings).toMatchObject([{ level: 'ok' }]);
    await host.detachAll((await attached).flatMap(({ attached: one }) => one?.sandbox ?? []));
  });

  test('sandboxes that come and go meanwhile are neither dead nor orphans', async ({ patient }) => {
    await using host = await patient.open();
    let isOver = false;
    const churn = async (name: string) => {
      while (!isOver) {
        const { sandbox } = await host.attach({ create: true, name });
        await host.detach(sandbox);
      }
    };
    const churning = Promise.all(['one', 'two', 'three'].map(churn));
    const wrong = [];
    for (let i = 0; i < 20; i++) {
      const findings = await patient.examine();
      wrong.push(
        ...findings.filter(({ id, level }) => ['sandboxes', 'orphans', 'bridges'].includes(id) && level !== 'ok'),
      );
    }
    isOver = true;
    await churning;
    expect(wrong).toEqual([]);
  });

  test('a link of a sandbox that is not on record', async ({ patient }) => {
    await using host = await patient.open();
    host.sandboxes();
    patient.netns.run('ip', 'link', 'add', 'lost', 'type', 'veth', 'peer', 'name', 'end');
    const mark = formatMark({ kind: 'sandbox', id: newId(), name: 'lost' }, patient.runDir);
    patient.netns.run('ip', 'link', 'set', 'lost', 'alias', mark);
    expect(await patient.finding('orphans')).toMatchObject({
      level: 'warning',
      title: expect.stringContaining('lost'),
    });
    expect(await patient.finding('other-run-directories')).toMatchObject({ level: 'ok' });
  });

  test('another run directory on the same host', async ({ patient }) => {
    const other = join(patient.directory, 'other');
    await using stranger = await patient.open(other);
    await stranger.attach({ create: true, name: 'theirs' });
    const finding = await patient.finding('other-run-directories');
    expect(finding).toMatchObject({ level: 'note', remedy: expect.stringContaining(`--run-dir ${other}`) });
    await stranger.detach('theirs');
  });

  test('records that are damaged, which are left as they are', async ({ patient }) => {
    const host = await patient.open();
    await host.close();
    expect(await patient.finding('records')).toMatchObject({ level: 'ok' });
    const name = readdirSync(patient.runDir).find((one) => one.endsWith('.mdb')) ?? '';
    const file = join(patient.runDir, name);
    const noise = randomBytes(statSync(file).size);
    writeFileSync(file, noise);
    const before = readdirSync(patient.runDir);
    expect(await patient.finding('records')).toMatchObject({
      level: 'error',
      remedy: expect.stringContaining('netplumb ls'),
    });
    expect(readdirSync(patient.runDir)).toEqual(before);
    expect(readFileSync(file).equals(noise)).toBe(true);
  });

  test('records of a newer netplumb', async ({ patient }) => {
    const host = await patient.open();
    await host.close();
    expect(await patient.finding('records')).toMatchObject({ level: 'ok' });
    const file = readdirSync(patient.runDir).find((name) => name.endsWith('.mdb')) ?? '';
    const root = open({ path: join(patient.runDir, file), noSync: true, maxDbs: 16 });
    sealedTable<number, string>(root, 'meta', asThrown).putSync('format', 1000);
    await root.close();
    const finding = await patient.finding('records');
    expect(finding).toMatchObject({ level: 'error', detail: expect.stringContaining('newer netplumb') });
    expect(finding.remedy).toBeDefined();
  });

  test('a file of a network that is none', async ({ patient }) => {
    mkdirSync(join(patient.stateDir, 'networks'), { recursive: true });
    writeFileSync(join(patient.stateDir, 'networks', `${'a'.repeat(64)}.json`), '{');
    const finding = await patient.finding('definitions');
    expect(finding).toMatchObject({ level: 'error', detail: expect.stringContaining('aaaa') });
    expect(finding.remedy).toBeDefined();
  });
});

describe('directories', () => {
  test('one that is read-only', async ({ patient }) => {
    patient.mount(patient.runDir, 'ro');
    expect(await patient.finding('run-directory')).toMatchObject({
      level: 'error',
      title: expect.stringContaining('read-only'),
    });
  });

  test('one that is nearly full', async ({ patient }) => {
    patient.mount(patient.runDir, 'size=4m');
    expect(await patient.finding('run-directory')).toMatchObject({
      level: 'warning',
      title: expect.stringMatching(/only [34] MiB/),
    });
  });

  test('a file in its place', async ({ patient }) => {
    writeFileSync(patient.runDir, '');
    expect(await patient.finding('run-directory')).toMatchObject({
      level: 'error',
      title: expect.stringContaining('no directory'),
    });
  });

  test('the kind of file system', async ({ patient }) => {
    patient.mount(patient.runDir, 'mode=700');
    patient.mount(patient.stateDir, 'mode=700');
    expect(await patient.finding('run-directory')).toMatchObject({ level: 'ok' });
    expect(await patient.finding('state-directory')).toMatchObject({
      level: 'warning',
      title: expect.stringContaining('tmpfs'),
    });
  });
});

test('a host that cannot be opened is a finding, and the rest is looked at all the same', async ({ patient }) => {
  const { runDir, stateDir } = patient;
  const findings = await examineHost({ netns: '/run/netns/no-such', runDir, stateDir });
  expect(findings.filter(({ level }) => level === 'error')).toMatchObject([
    { id: 'host-namespace', detail: expect.stringContaining('no-such') },
  ]);
  expect(findings.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['capability-net-admin', 'run-directory', 'records']),
  );
  const [first] = (await examineHost({ netns: '/etc/hostname', runDir, stateDir })).filter(
    ({ level }) => level === 'error',
  );
  expect(first).toMatchObject({ id: 'host-namespace', detail: expect.stringContaining('not a network namespace') });
});

test('a library user may ask an open host', async ({ patient }) => {
  await using host = await patient.open();
  await host.attach({ create: true, name: 'web' });
  patient.set('ipv4/ip_forward', '0');
  expect(await host.doctor()).toContainEqual(expect.objectContaining({ id: 'ip-forward', level: 'warning' }));
  await host.detach('web');
  await host.close();
  await expect(host.doctor()).rejects.toMatchObject({ code: 'ECLOSED' });
});

/** Carries ip's commands out in one process. */
function batch(patient: Patient, commands: readonly string[]): void {
  const file = join(patient.directory, 'batch');
  writeFileSync(file, commands.join('\n'));
  expect(statSync(file).size).toBeGreaterThan(0);
  patient.netns.run('ip', '-batch', file);
}
