import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BenchReport } from '../../../src/runtime/bench/index.js';
import { ip, run } from '../../support/netns.js';
import { TestHost, terminal } from './host.js';

const bridgeSteps = ['state', 'namespace', 'identity', 'link', 'mark', 'address', 'port', 'ready'];

/** What a measurement must leave as it was. */
function surroundings(host: TestHost) {
  return {
    here: ip<{ ifname: string }>('link').map(({ ifname }) => ifname),
    host: host.links(),
    netns: readdirSync('/run/netns'),
    run: readdirSync('/run'),
    runDir: readdirSync(host.runDir),
    stateDir: readdirSync(host.stateDir, { recursive: true }),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
    rules: host.netns.run('nft', 'list', 'ruleset'),
    forwarding: host.netns.run('cat', '/proc/sys/net/ipv4/ip_forward'),
  };
}

function bench(host: TestHost, ...args: string[]): BenchReport {
  return JSON.parse(host.netplumb('bench', '--json', ...args)) as BenchReport;
}

/** All processes that a process has started, and those that they have. */
function descendants(pid: number): number[] {
  let children: number[];
  try {
    children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(join(`/proc/${pid}/task`, task, 'children'), 'latin1')
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    // It has ended, or a thread of it has.
    return [];
  }
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

/** How many host ends of pairs there are where a process is. */
function pairsAt(pid: number): number {
  try {
    return (
      run('nsenter', `--target=${pid}`, '--net', 'ip', '-o', 'link', 'show', 'type', 'veth').split('\n').length - 1
    );
  } catch {
    return 0;
  }
}

describe('bench', () => {
  test('tells rates, steps and limits, and leaves the host as it was', () => {
    using host = new TestHost();
    const before = surroundings(host);
    const report = bench(host, '--count=40');
    expect(report).toMatchObject({
      ...{ count: 40, network: 'bridge', driver: 'bridge', firewall: 'nftables', publish: false },
      single: { count: 4 },
      attach: { count: 36 },
      detach: { count: 40 },
    });
    expect(report.steps.map(({ step }) => step)).toEqual(bridgeSteps);
    for (const { p50, p90, p99, max, share } of report.steps) {
      expect([p50, p90, p99, max]).toEqual([p50, p90, p99, max].sort((one, other) => one - other));
      expect(p50).toBeGreaterThan(0);
      expect(share).toBeGreaterThan(0);
    }
    expect(report.attach.perSecond).toBeGreaterThan(0);
    expect(report.detach.perSecond).toBeGreaterThan(0);
    expect(report.limits.map(({ id }) => id)).toContain('rate');
    expect(surroundings(host)).toEqual(before);
  });

  test('heeds the options of the host, and publishes a port of each when asked to', () => {
    using host = new TestHost();
    const report = bench(host, '--count=20', '--publish', '--firewall=iptables');
    expect(report).toMatchObject({ firewall: 'iptables', publish: true });
    expect(report.steps.map(({ step }) => step)).toContain('rules');
  });

  test('can be of a network like one of the host, names and all, or of none', async () => {
    using host = new TestHost();
    host.netplumb('network', 'create', '--driver=ptp', '--subnet=10.77.0.0/16', 'pairs');
    host.netplumb('network', 'create', '--subnet=10.78.0.0/16', 'shop');
    const before = surroundings(host);
    expect(bench(host, '--count=20', '--net=pairs')).toMatchObject({ network: 'pairs', driver: 'ptp' });
    expect(bench(host, '--count=20', '--net=shop').steps.map(({ step }) => step)).toContain('names');
    const none = bench(host, '--count=20', '--net=none');
    expect(none.steps.map(({ step }) => step)).toEqual(['state', 'namespace', 'ready']);
    expect(surroundings(host)).toEqual(before);
    host.netplumb('network', 'rm', 'pairs', 'shop');
  });

  test('fails as an attach fails', () => {
    using host = new TestHost();
    host.netplumb('network', 'create', '--subnet=10.79.0.0/28', 'small');
    const { status, stderr } = host.call(['bench', '--json', '--count=40', '--net=small']);
    expect(status).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'EPOOL', hint: expect.any(String) } });
    host.netplumb('network', 'rm', 'small');
  });

  test.each([
    [['--count=1'], 2],
    [['--count=many'], 2],
    [['--net=host'], 2],
    [['--net=nowhere'], 1],
  ])('refuses %j before anything happens', (args, status) => {
    using host = new TestHost();
    const before = surroundings(host);
    expect(host.call(['bench', ...args]).status).toBe(status);
    expect(surroundings(host)).toEqual(before);
  });

  test('says what it lacks where it cannot make namespaces', () => {
    using host = new TestHost();
    const { status, stderr } = host.call(['bench', '--count=10'], {
      through: ['setpriv', '--bounding-set=-sys_admin'],
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^netplumb: the host cannot be measured: .*unshare.*\n.*CAP_SYS_ADMIN/);
    const { stderr: missing } = host.call(['bench', '--count=10'], { through: ['env', 'PATH=/nowhere'] });
    expect(missing).toMatch(/there is no program unshare/);
  });

  test('shows how far it is on a terminal, and nothing but the report in a pipe', () => {
    using host = new TestHost();
    const { stdout } = host.call(['bench', '--count=20'], { through: terminal });
    expect(stdout).toContain('\r\u001b[2Kattached 20 of 20');
    expect(stdout).toContain('\r\u001b[2Kdetached 20 of 20');
    const { stdout: report, stderr } = host.call(['bench', '--count=20']);
    expect(stderr).toBe('');
    expect(report).toMatch(/^Network: +bridge \(bridge\), firewall nftables\n/);
  });

  test.each([
    ['SIGINT', { status: 130, signal: null }],
    ['SIGTERM', { status: 143, signal: null }],
    ['SIGKILL', { status: null, signal: 'SIGKILL' }],
  ] as const)('leaves nothing behind when it is ended by %s on the way', { timeout: 120_000 }, async (signal, end) => {
    using host = new TestHost();
    host.netplumb('network', 'create', '--subnet=10.80.0.0/16', 'shop');
    const before = surroundings(host);
    // With a name server, which is no child of the process that measures.
    const started = host.start(['bench', '--count=5000', '--net=shop']);
    const { pid = 0 } = started.child;
    const measuring = () => descendants(pid).find((one) => pairsAt(one) >= 20);
    await expect.poll(measuring, { timeout: 60_000, interval: 20 }).toBeDefined();
    const all = new Set(descendants(pid));
    expect(all.size).toBeGreaterThanOrEqual(2);
    started.child.kill(signal);
    expect(await started.ended).toEqual(end);
    await expect.poll(() => [...all].filter(isAlive), { timeout: 10_000 }).toEqual([]);
    expect(surroundings(host)).toEqual(before);
    host.netplumb('network', 'rm', 'shop');
  });
});

describe('--timings', () => {
  test('of attach and of inspect tell the same, step by step', async () => {
    using host = new TestHost();
    const text = host.netplumb('attach', '--create', '--name=web', '--timings');
    expect(text).toMatch(/\n\nSTEP +TIME +SHARE\nqueue +\S+ .s +\d+ %\n[\s\S]*\ntotal +\S+ .s +100 %\n$/);
    const steps = (output: string) =>
      [...output.matchAll(/^(\w+) +[\d.]+ (?:µs|ms|s) +\d+ %$/gm)].map(([, step]) => step);
    expect(steps(text)).toEqual(['queue', 'state', 'names', ...bridgeSteps.slice(1), 'total']);
    expect(steps(host.netplumb('inspect', '--timings', 'web'))).toEqual(steps(text));
    expect(host.netplumb('inspect', 'web')).not.toContain('STEP');
    const [timed] = JSON.parse(host.netplumb('inspect', '--timings', '--json', 'web'));
    expect(Object.keys(timed.microseconds)).toEqual(steps(text).slice(0, -1));
    const [plain] = JSON.parse(host.netplumb('inspect', '--json', 'web'));
    expect(plain).not.toHaveProperty('microseconds');
    host.netplumb('detach', 'web');
    await host.expectNothing('netplumb0');
  });
});
