import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding, FindingId } from '../../../src/host/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { type Calling, type Result, TestHost } from './host.js';

expectNothingLeft();

/** What comes of asking for everything there is to know, as data. */
function examine(
  host: TestHost,
  calling: Calling = {},
): { readonly status: number | null; readonly findings: Finding[] } {
  const { status, stdout, stderr } = host.call(['doctor', '--json'], calling);
  expect(stderr).toBe('');
  return { status, findings: JSON.parse(stdout) as Finding[] };
}

function findingOf(findings: readonly Finding[], id: FindingId): Finding | undefined {
  return findings.find((finding) => finding.id === id);
}

/** A host that forwards packets and keeps its networks on a disk, as it should be. */
function healthyHost(): TestHost {
  const host = new TestHost();
  host.netns.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
  return host;
}

/** A trouble that is none of netplumb's. */
function dropForwarded({ netns }: TestHost): void {
  const chain = '{ type filter hook forward priority 0; policy drop; }';
  netns.run('nft', `add table inet others; add chain inet others forward ${chain}`);
}

/** On a disk. */
const durable = { NETPLUMB_STATE_DIR: '/var/tmp/netplumb-doctor' };

describe('what a person and a script get', () => {
  test('findings as text, the worst last, then their number; exit status 0 without an error', () => {
    using host = healthyHost();
    const { status, stdout, stderr } = host.call(['doctor'], { env: durable });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('ok       /proc is mounted');
    expect(lines).toContain('ok       the host forwards IPv4 packets');
    expect(lines.at(-1)).toMatch(/^0 errors, 0 warnings, \d+ notes?$/);
  });

  test('--quiet leaves out what is in order, --strict fails for a warning', () => {
    using host = healthyHost();
    const calm = host.call(['doctor', '--quiet', '--strict'], { env: durable });
    expect(calm.status).toBe(0);
    expect(calm.stdout).not.toMatch(/^ok/m);
    dropForwarded(host);
    const warned = host.call(['doctor', '-q'], { env: durable });
    expect(warned.status).toBe(0);
    expect(warned.stdout).toMatch(/^warning +packets that no rule lets through are dropped.*\n.*\n +→ Let packets/m);
    expect(host.call(['doctor', '--strict'], { env: durable }).status).toBe(1);
    const { stdout } = host.call(['doctor', '--json', '--quiet'], { env: durable });
    expect((JSON.parse(stdout) as Finding[]).map(({ level }) => level)).not.toContain('ok');
  });

  test('an error makes the exit status 1, and is no error of the program', () => {
    using host = new TestHost();
    const { status, stdout, stderr }: Result = host.call(['--host-netns', '/run/netns/no-such', 'doctor']);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(/^error +the host's network namespace cannot be looked into\n.*no-such/m);
  });

  test('wrong usage is wrong usage', () => {
    using host = new TestHost();
    expect(host.call(['doctor', '--no-such-option']).status).toBe(2);
    const config = join(host.runDir, 'config.json');
    writeFileSync(config, '{ "brigde": "docker0" }');
    const { status, stderr } = host.call(['--config', config, 'doctor']);
    expect(status).toBe(2);
    expect(stderr).toContain('brigde');
  });

  test('the host that is named is looked at', () => {
    using host = new TestHost();
    using other = new TestHost();
    dropForwarded(host);
    const { findings } = examine(host);
    expect(findingOf(findings, 'forward-policy')?.level).toBe('warning');
    const { stdout } = host.call(['--host-netns', other.netns.path, 'doctor', '--json']);
    expect(findingOf(JSON.parse(stdout) as Finding[], 'forward-policy')?.level).toBe('ok');
  });
});

const without = (capability: string) => ['setpriv', `--bounding-set=-${capability}`, `--inh-caps=-${capability}`];
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

describe('the process that asks', () => {
  test.each([
    ['net_admin', 'capability-net-admin', 'error', 1],
    ['sys_admin', 'capability-sys-admin', 'error', 1],
    ['sys_ptrace', 'capability-sys-ptrace', 'warning', 0],
  ] as const)('lacks cap_%s', (capability, id, level, expected) => {
    using host = healthyHost();
    const { status, findings } = examine(host, { through: without(capability) });
    expect(findingOf(findings, id)).toMatchObject({ level, remedy: expect.stringContaining(capability.toUpperCase()) });
    expect(status).toBe(expected);
    const lacking = findings.filter((one) => one.id.startsWith('capability-') && one.level !== 'ok');
    expect(lacking).toHaveLength(1);
  });

  test('is nobody', () => {
    using host = healthyHost();
    chmodSync(host.runDir, 0o700);
    const { status, findings } = examine(host, { through: nobody });
    expect(status).toBe(1);
    const errors = findings.filter(({ level }) => level === 'error').map(({ id }) => id);
    expect(errors).toEqual(
      expect.arrayContaining(['capability-net-admin', 'capability-sys-admin', 'namespaces', 'run-directory']),
    );
    for (const { level, remedy } of findings) {
      expect(level === 'error' && remedy === undefined).toBe(false);
    }
  });

  test('is in a user namespace that does not own the host', () => {
    using host = healthyHost();
    const { status, findings } = examine(host, { through: ['unshare', '--user', '--map-root-user'] });
    expect(status).toBe(1);
    expect(findingOf(findings, 'user-namespace')).toMatchObject({ level: 'note' });
    expect(findingOf(findings, 'namespaces')).toMatchObject({
      level: 'error',
      remedy: expect.stringContaining('outside of this user namespace'),
    });
  });

  test('is in a user namespace that owns the host', () => {
    using host = healthyHost();
    const { status, findings } = examine(host, { through: ['unshare', '--user', '--map-root-user', '--net'] });
    expect(status).toBe(0);
    expect(findingOf(findings, 'user-namespace')).toMatchObject({ level: 'note' });
    expect(findingOf(findings, 'namespaces')).toMatchObject({ level: 'ok' });
  });

  test('may open few files', () => {
    using host = healthyHost();
    const { findings } = examine(host, { through: ['prlimit', '--nofile=512:512'] });
    expect(findingOf(findings, 'open-files')).toMatchObject({
      level: 'warning',
      title: expect.stringContaining('512'),
    });
  });

  test('may make no network namespaces', () => {
    using host = healthyHost();
    const script = 'echo 0 > /proc/sys/user/max_net_namespaces && exec "$@"';
    const through = ['unshare', '--user', '--map-root-user', 'sh', '-c', script, 'sh'];
    const { status, findings } = examine(host, { through });
    expect(findingOf(findings, 'namespaces')).toMatchObject({
      level: 'error',
      remedy: expect.stringContaining('max_net_namespaces'),
    });
    expect(status).toBe(1);
  });

  test('has no /proc', () => {
    using host = healthyHost();
    const script = 'mount -t tmpfs tmpfs /proc && exec "$@"';
    const { status, findings } = examine(host, { through: ['unshare', '--mount', 'sh', '-c', script, 'sh'] });
    expect(status).toBe(1);
    expect(findingOf(findings, 'proc')).toMatchObject({
      level: 'error',
      remedy: expect.stringContaining('mount -t proc'),
    });
    expect(findingOf(findings, 'host-namespace')).toMatchObject({ level: 'error' });
  });

  test('sees a /proc/sys that is read-only, as in a container, which does not matter', () => {
    using host = healthyHost();
    const script = 'mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && exec "$@"';
    const { findings } = examine(host, { through: ['unshare', '--mount', 'sh', '-c', script, 'sh'] });
    expect(findingOf(findings, 'namespaces')).toMatchObject({ level: 'ok' });
  });
});
