import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PublishedPort } from '../../../src/address/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { run } from '../../support/netns.js';
import { TestHost } from './host.js';

expectNothingLeft();

const published = (port: number, hostPort: number, own: Partial<PublishedPort> = {}): PublishedPort => ({
  protocol: 'tcp',
  port,
  hostAddress: '0.0.0.0',
  hostPort,
  ...own,
});

/** A host that has its loopback addresses. */
function hostWithLoopback(): TestHost {
  const host = new TestHost();
  host.netns.run('ip', 'link', 'set', 'lo', 'up');
  return host;
}

/** The error of a call that has failed, and its status. */
function failed(host: TestHost, ...args: string[]) {
  const { status, stdout, stderr } = host.call(['--json', ...args]);
  expect(stdout).toBe('');
  return { status, ...JSON.parse(stderr).error } as { status: number; code: string; message: string };
}

/** A server in a sandbox that answers its own name, until its input ends. */
async function serve(sandbox: string, port: number) {
  const script = `require('net').createServer((s) => s.end('${sandbox}')).listen(${port}, '0.0.0.0', () => console.log('up'))
    process.stdin.resume().on('end', () => process.exit())`;
  const server = spawn('ip', ['netns', 'exec', sandbox, process.execPath, '-e', script]);
  await once(server.stdout, 'data');
  return {
    async [Symbol.asyncDispose]() {
      server.stdin.end();
      await once(server, 'close');
    },
  };
}

/** What a server says to somebody in the host's namespace. */
function ask(host: TestHost, address: string, port: number): string {
  const script = `const s = require('net').connect(${port}, '${address}'); s.setTimeout(2000, () => process.exit(1))
    s.on('error', () => process.exit(1)).pipe(process.stdout)`;
  return host.netns.run(process.execPath, '-e', script);
}

describe('published ports', () => {
  test('are shown by attach, ls, inspect and port, and gone after detach', async () => {
    using host = hostWithLoopback();
    const specs = ['-p', '8080:80', '--publish', '127.0.0.1:5353:53/udp', '--expose', '9000-9001'];
    const attached = host.attach('--create', '--name', 'web', ...specs);
    const ports = [published(80, 8080), published(53, 5353, { protocol: 'udp', hostAddress: '127.0.0.1' })];
    expect(attached.ports).toEqual(ports);
    expect(attached.exposed).toEqual([9000, 9001].map((port) => ({ protocol: 'tcp', port })));
    expect(JSON.parse(host.netplumb('port', '--json', 'web'))).toEqual(ports);
    expect(host.list()[0]?.ports).toEqual(ports);
    expect(host.netplumb('ls')).toContain('0.0.0.0:8080->80/tcp, 127.0.0.1:5353->53/udp');
    expect(host.netplumb('inspect', 'web')).toMatch(/\nPort: +0\.0\.0\.0:8080->80\/tcp\n/);
    expect(host.netplumb('port', 'web')).toBe('53/udp -> 127.0.0.1:5353\n80/tcp -> 0.0.0.0:8080\n');
    expect(host.netplumb('port', 'web', '80')).toBe('0.0.0.0:8080\n');
    expect(host.netplumb('port', 'web', '53/udp')).toBe('127.0.0.1:5353\n');
    expect(JSON.parse(host.netplumb('port', '--json', 'web', '53/udp'))).toEqual([ports[1]]);
    expect(failed(host, 'port', 'web', '53')).toMatchObject({ status: 1, code: 'ENOTPUBLISHED' });
    expect(failed(host, 'port', 'web', '9000')).toMatchObject({ status: 1, code: 'ENOTPUBLISHED' });
    expect(failed(host, 'port', 'web', '0')).toMatchObject({ status: 2, code: 'EBADPORT' });
    expect(failed(host, 'port', 'gone')).toMatchObject({ status: 1, code: 'ENOSANDBOX' });
    host.netplumb('detach', 'web');
    host.attach('--create', '--name', 'other', ...specs);
    host.netplumb('detach', 'other');
    await host.expectNothing('netplumb0');
  });

  test('come and go while a sandbox runs, and lead into it meanwhile', async () => {
    using host = hostWithLoopback();
    host.attach('--create', '--name', 'web');
    {
      await using _ = await serve('web', 80);
      expect(host.netplumb('publish', 'web', '8080:80', '127.0.0.1:8081:80')).toBe(
        '80/tcp -> 0.0.0.0:8080\n80/tcp -> 127.0.0.1:8081\n',
      );
      expect([ask(host, '127.0.0.1', 8080), ask(host, '127.0.0.1', 8081)]).toEqual(['web', 'web']);
      expect(failed(host, 'publish', 'web', '8082:80', '8080:81')).toMatchObject({ status: 1, code: 'EPORTTAKEN' });
      expect(host.netplumb('unpublish', 'web', '8080:80')).toBe('8080:80\n');
      expect(host.netplumb('port', 'web')).toBe('80/tcp -> 127.0.0.1:8081\n');
      expect(() => ask(host, '127.0.0.1', 8080)).toThrow();
      expect(ask(host, '127.0.0.1', 8081)).toBe('web');
      expect(failed(host, 'unpublish', 'web', '8080:80')).toMatchObject({ status: 1, code: 'ENOTPUBLISHED' });
      expect(JSON.parse(host.netplumb('unpublish', '--json', 'web', '80'))).toEqual({ unpublished: ['80'] });
      expect(host.netplumb('port', 'web')).toBe('');
    }
    host.netplumb('detach', 'web');
    await host.expectNothing('netplumb0');
  });

  test('of run are reached while its command runs, and free afterwards', async () => {
    using host = hostWithLoopback();
    const script = "require('net').createServer((s) => s.end('run')).listen(80, () => console.log('listening'))";
    const started = host.start(['run', '--name', 'web', '-p', '8080:80', '--', process.execPath, '-e', script]);
    await started.printed('listening');
    expect(ask(host, '127.0.0.1', 8080)).toBe('run');
    process.kill(started.pid, 'SIGKILL');
    await started.ended;
    await expect.poll(() => host.netplumb('gc')).toBe('nothing to do\n');
    expect(host.list()).toEqual([]);
    expect(host.call(['run', '-p', '8080:80', 'true']).status).toBe(0);
    await host.expectNothing('netplumb0');
  });

  test('are lost with the records: gc closes them, and they can be published again', async () => {
    using host = hostWithLoopback();
    host.attach('--create', '--name', 'web', '-p', '8080:80', '--expose', '81');
    {
      await using _ = await serve('web', 80);
      for (const name of readdirSync(host.runDir).filter((one) => one.includes('.mdb'))) {
        rmSync(join(host.runDir, name));
      }
      const { stderr } = host.call(['ls']);
      expect(stderr).toContain('put back on record from the kernel: web');
      expect(host.netplumb('port', 'web')).toBe('');
      expect(host.netplumb('gc')).toContain('rules');
      expect(() => ask(host, '127.0.0.1', 8080)).toThrow();
      host.netplumb('publish', 'web', '8080:80');
      expect(ask(host, '127.0.0.1', 8080)).toBe('web');
    }
    host.netplumb('detach', 'web');
    await host.expectNothing('netplumb0');
  });

  test('that are not chosen come from the range of the host; -P publishes what is exposed', async () => {
    using host = hostWithLoopback();
    const { ports } = host.attach('--create', '--name', 'web', '-P', '--expose', '80', '--expose', '5000-5001/udp');
    const [first = 0, last = 0] = host.netns
      .run('cat', '/proc/sys/net/ipv4/ip_local_port_range')
      .trim()
      .split(/\s+/)
      .map(Number);
    expect(ports.map(({ protocol, port }) => `${port}/${protocol}`)).toEqual(['80/tcp', '5000/udp', '5001/udp']);
    for (const { hostPort = 0 } of ports) {
      expect(hostPort).toBeGreaterThanOrEqual(first);
      expect(hostPort).toBeLessThanOrEqual(last);
    }
    host.netplumb('detach', 'web');
    await host.expectNothing('netplumb0');
  });

  test.each([
    [['-p', '0:80'], 'EBADPORT', 2],
    [['-p', '8010-8000:80'], 'EBADPORT', 2],
    [['-p', '::80'], 'EBADPORT', 2],
    [['--expose', '80-'], 'EBADPORT', 2],
    [['--link', 'db:"c"'], 'EBADOPTION', 2],
    [['--link', 'gone'], 'ENOSANDBOX', 1],
    [['-p', '8080:80', '-p', '8080:81'], 'EPORTTAKEN', 1],
    [['-p', '192.0.2.1:8080:80'], 'ENOHOSTADDR', 1],
    [['-p', '[::1]:8080:80'], 'EBADOPTION', 2],
    [['--net=none', '-p', '8080:80'], 'EBADOPTION', 2],
  ])('%j are refused with %s and status %d, and nothing is left', async (specs, code, status) => {
    using host = hostWithLoopback();
    expect(failed(host, 'attach', '--create', '--name', 'web', ...specs)).toMatchObject({ code, status });
    expect(host.list()).toEqual([]);
    await host.expectNothing(...host.links());
  });

  test('a sandbox on the network of the host has none of its own', async () => {
    using host = hostWithLoopback();
    expect(failed(host, 'attach', '--net=host', '-p', '8080:80')).toMatchObject({ code: 'EBADOPTION', status: 2 });
    await host.expectNothing();
  });

  test('a linked sandbox is shown, and reached on what it exposes', async () => {
    using host = hostWithLoopback();
    host.netplumb('network', 'create', '-o', 'com.docker.network.bridge.enable_icc=false', 'shut');
    const { endpoint } = host.attach('--create', '--name', 'db', '--net=shut', '--expose', '5432');
    host.attach('--create', '--name', 'web', '--net=shut', '--link', 'db:database');
    host.attach('--create', '--name', 'other', '--net=shut');
    expect(host.netplumb('inspect', 'web')).toMatch(/\nLink: +db as database\n/);
    {
      await using _ = await serve('db', 5432);
      await using _other = await serve('db', 80);
      const script = (port: number) =>
        `const s = require('net').connect(${port}, '${endpoint?.address}'); s.setTimeout(700, () => process.exit(1))
         s.on('error', () => process.exit(1)).pipe(process.stdout)`;
      const from = (name: string, port: number) =>
        run('ip', 'netns', 'exec', name, process.execPath, '-e', script(port));
      expect(from('web', 5432)).toBe('db');
      expect(() => from('web', 80)).toThrow();
      expect(() => from('other', 5432)).toThrow();
    }
    host.netplumb('detach', 'web', 'db', 'other');
    host.netplumb('network', 'rm', 'shut');
    await host.expectNothing();
  });
});
