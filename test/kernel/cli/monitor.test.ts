import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HostEvent } from '../../../src/host/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { run } from '../../support/netns.js';
import { type Started, TestHost } from './host.js';

expectNothingLeft();

/** Starts it, and waits until it listens: it tells of a link that is changed for that. */
async function startMonitor(host: TestHost, ...args: string[]): Promise<Started> {
  const started = host.start(['monitor', ...args]);
  let mtu = 1400;
  const hasTold = () => {
    run('ip', '-n', host.netns.name, 'link', 'set', 'lo', 'mtu', String(mtu++));
    return started.stdout.includes('lo');
  };
  await expect.poll(hasTold, { timeout: 20_000 }).toBe(true);
  return started;
}

/** The events it has told of so far, but for those of the start. */
function eventsOf(started: Started): HostEvent[] {
  const whole = started.stdout.slice(0, started.stdout.lastIndexOf('\n') + 1);
  const events = whole.split('\n').flatMap((line) => (line === '' ? [] : (JSON.parse(line) as HostEvent)));
  return events.filter((event) => event.type !== 'link' || event.link.name !== 'lo');
}

/** Bytes that a pipe holds (pipe(7)). */
const pipeSize = 65_536;

/** Bytes that a process has written so far. */
function writtenBy(pid: number): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

const like = (object: Record<string, unknown>) => expect.objectContaining(object);

describe('monitor', () => {
  test('tells what other processes do, one line each, as it happens', async () => {
    using host = new TestHost();
    const started = await startMonitor(host);
    host.netplumb('attach', '--create', '--name', 'web');
    await started.printed('sandbox attached       web (');
    expect(started.stdout).toMatch(/^\d{4}-\S+Z {2}address added {10}172\.17\.0\.1\/16 on netplumb0$/m);
    expect(started.stdout).toMatch(/ link changed {11}veth[0-9a-f]{11} port of netplumb0 \[sandbox web\]$/m);
    expect(started.stdout).toMatch(/ sandbox attached {7}web \([0-9a-f]{12}\) bridge 172\.17\.0\.2$/m);
    await started.printed(' endpoint connected     web on bridge: eth0 172.17.0.2/16 02:42:ac:11:00:02\n');
    run('ip', '-n', host.netns.name, 'link', 'del', 'netplumb0');
    await started.printed(' network damaged        bridge: netplumb0 was deleted under web\n');
    host.netplumb('gc');
    await started.printed(' network restored       bridge: netplumb0 is back for web\n');
    host.netplumb('detach', 'web');
    await started.printed(' sandbox detached       web (');
    process.kill(started.pid, 'SIGTERM');
    expect(await started.ended).toEqual({ status: 0, signal: null });
    expect(started.stderr).toBe('');
    await host.expectNothing('netplumb0');
  });

  test('tells it as JSON, of the types that were asked for', async () => {
    using host = new TestHost();
    const started = await startMonitor(host, '--json', '--type', 'link,sandbox,endpoint,network');
    host.netplumb('network', 'create', 'back');
    const attached = host.attach('--create', '--name', 'web', '--net', 'back');
    host.netplumb('network', 'connect', 'bridge', 'web');
    host.netplumb('network', 'disconnect', 'back', 'web');
    host.netplumb('detach', 'web');
    host.netplumb('network', 'rm', 'back');
    await started.printed('"action":"removed"');
    const sandbox = { id: attached.sandbox, name: 'web' };
    const told = eventsOf(started).filter(({ type }) => type !== 'link');
    expect(told.filter((event) => !('name' in event && ['bridge', 'host', 'none'].includes(event.name)))).toEqual([
      like({ type: 'network', action: 'created', name: 'back' }),
      like({ type: 'sandbox', action: 'attached', ...sandbox }),
      like({ type: 'endpoint', action: 'connected', sandbox, network: like({ name: 'back' }) }),
      like({ type: 'endpoint', action: 'connected', sandbox, network: like({ name: 'bridge' }) }),
      like({ type: 'endpoint', action: 'disconnected', sandbox, network: like({ name: 'back' }) }),
      like({ type: 'endpoint', action: 'disconnected', sandbox, network: like({ name: 'bridge' }) }),
      like({ type: 'sandbox', action: 'detached', ...sandbox }),
      like({ type: 'network', action: 'removed', name: 'back' }),
    ]);
    process.kill(started.pid, 'SIGINT');
    expect(await started.ended).toEqual({ status: 0, signal: null });
    await host.expectNothing('netplumb0');
  });

  test('ends when its reader has gone away', async () => {
    using host = new TestHost();
    const through = ['bash', '-c', 'set -o pipefail; "$@" | head -n 1', 'bash'];
    const started = host.start(['monitor', '--type', 'link'], { through });
    let mtu = 1400;
    const hasEnded = () => {
      run('ip', '-n', host.netns.name, 'link', 'set', 'lo', 'mtu', String(mtu++));
      return started.child.exitCode;
    };
    await expect.poll(hasEnded, { timeout: 20_000 }).toBe(0);
    expect(started.stdout).toMatch(/^\S+Z {2}link changed {11}lo mtu 14\d\d\n$/);
    expect(started.stderr).toBe('');
  });

  test('ends when it is told to, also while nobody reads', async () => {
    using host = new TestHost();
    const pipe = join(host.runDir, 'pipe');
    run('mkfifo', pipe);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const through = ['bash', '-c', 'pipe=$1; shift; exec "$@" >"$pipe"', 'bash', pipe];
      const started = host.start(['monitor', '--json'], { through });
      const file = join(host.runDir, 'flood');
      writeFileSync(file, Array.from({ length: 500 }, (_, i) => `link set lo mtu ${1500 + (i % 2)}`).join('\n'));
      let written = 0;
      // It writes no more, although there is more to tell: the pipe is full.
      const hasFilledPipe = () => {
        const before = written;
        written = writtenBy(started.pid);
        run('ip', '-n', host.netns.name, '-batch', file);
        return written >= pipeSize && written - before < 1000;
      };
      await expect.poll(hasFilledPipe, { interval: 200, timeout: 20_000 }).toBe(true);
      process.kill(started.pid, 'SIGTERM');
      expect(await started.ended).toEqual({ status: 0, signal: null });
      expect(started.stderr).toBe('');
    } finally {
      closeSync(reader);
    }
  });

  test('does not begin with a type that there is not', () => {
    using host = new TestHost();
    const { status, stdout, stderr } = host.call(['monitor', '--type', 'link,sandbx']);
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: 'netplumb: option "type" cannot be "sandbx": did you mean "sandbox"?\n',
    });
  });
});
