import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { run } from '../../support/netns.js';
import { TestHost } from './host.js';

expectNothingLeft();

describe('the exit status of run', () => {
  test.each([
    ['the command’s own', ['sh', '-c', 'exit 0'], 0],
    ['the command’s own', ['sh', '-c', 'exit 3'], 3],
    ['the command’s own, whatever it is', ['sh', '-c', 'exit 255'], 255],
    ['128 and the signal that ended it', ['sh', '-c', 'kill -TERM $$'], 143],
    ['128 and the signal that ended it', ['sh', '-c', 'kill -KILL $$'], 137],
  ])('is %s: %j', async (_, command, status) => {
    using host = new TestHost();
    expect(host.call(['run', '--net=none', ...command])).toEqual({ status, stdout: '', stderr: '' });
    await host.expectNothing();
  });

  test('is 127 for a command that is not found', async () => {
    using host = new TestHost();
    for (const command of ['no-such-command', '/no/such/command', '']) {
      const { status, stderr } = host.call(['run', '--net=none', '--', command]);
      expect({ status, stderr }).toEqual({
        status: 127,
        stderr: expect.stringContaining(`command "${command}" was not found`),
      });
    }
    await host.expectNothing();
  });

  test('is 126 for a command that cannot be executed', async () => {
    using host = new TestHost();
    const files = ['plain', 'nonsense', 'orphan'].map((name) => join(host.runDir, name));
    const [plain = '', nonsense = '', orphan = ''] = files;
    writeFileSync(plain, '#!/bin/sh\n');
    writeFileSync(nonsense, 'nonsense\n');
    writeFileSync(orphan, '#!/no/such/interpreter\n');
    chmodSync(nonsense, 0o755);
    chmodSync(orphan, 0o755);
    const reasons = {
      '/etc': 'permission denied',
      [plain]: 'permission denied',
      [nonsense]: 'it is not a program',
      [orphan]: 'the interpreter that it names was not found',
    };
    for (const [file, reason] of Object.entries(reasons)) {
      const { status, stderr } = host.call(['run', '--net=none', file]);
      expect({ status, stderr }).toEqual({
        status: 126,
        stderr: expect.stringContaining(`cannot be executed: ${reason}`),
      });
    }
    await host.expectNothing();
  });

  test('is 125 when netplumb failed', async () => {
    using host = new TestHost();
    for (const options of [['--ip', 'nonsense'], ['--net', 'nope'], ['--bridge', 'nope'], ['--bogus']]) {
      const { status, stdout, stderr } = host.call(['run', ...options, 'echo', 'ran']);
      expect({ status, stdout }).toEqual({ status: 125, stdout: '' });
      expect(stderr).toMatch(/^netplumb: /);
    }
    await host.expectNothing();
  });
});

describe('a command under run', () => {
  test('has the standard streams, the environment and the directory of its caller', async () => {
    using host = new TestHost();
    const script = 'tr a-z A-Z; echo "$GREETING from $PWD" >&2';
    const { status, stdout, stderr } = host.call(['run', '--net=none', 'sh', '-c', script], {
      input: 'some text\n',
      env: { GREETING: 'hello' },
      cwd: '/etc',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'SOME TEXT\n', stderr: 'hello from /etc\n' });
    await host.expectNothing();
  });

  test('inherits no other descriptor', async () => {
    using host = new TestHost();
    // The fourth is the directory that ls is reading.
    const withOneMore = ['bash', '-c', 'exec "$@" 200</dev/null', 'bash'];
    // As on Linux before 5.11.
    const asOnOldLinux = ['strace', '-f', '-qq', '-o/dev/null', '-einject=close_range:error=ENOSYS', ...withOneMore];
    for (const through of [withOneMore, asOnOldLinux]) {
      const { stdout } = host.call(['run', 'ls', '/proc/self/fd'], { through });
      expect(stdout).toBe('0\n1\n2\n3\n');
    }
    await host.expectNothing('netplumb0');
  });

  test('reads and writes much more than a pipe holds', async () => {
    using host = new TestHost();
    const input = 'x'.repeat(900_000);
    expect(host.call(['run', '--net=none', 'cat'], { input }).stdout === input).toBe(true);
    await host.expectNothing();
  });

  test('gets its arguments as they are, options and "--" among them', async () => {
    using host = new TestHost();
    const words = ['-n', '--net=host', '--', 'a b', '', '$HOME', '*'];
    const lines = `${words.join('|')}|`;
    const script = 'for word; do printf "%s|" "$word"; done';
    expect(host.netplumb('run', '--net=none', 'sh', '-c', script, 'sh', ...words)).toBe(lines);
    expect(host.netplumb('run', '--net=none', '--', 'sh', '-c', script, 'sh', ...words)).toBe(lines);
    await host.expectNothing();
  });

  test('is called by the short id of its sandbox, or as it was told', async () => {
    using host = new TestHost();
    const name = host.netplumb('run', '--net=none', 'sh', '-c', 'hostname; ls /run/netns');
    const [hostname = '', ...pins] = name.trimEnd().split('\n');
    expect(hostname).toMatch(/^[0-9a-f]{12}$/);
    expect(pins).toContain(hostname);
    expect(host.netplumb('run', '--net=none', '--hostname', 'box.example', 'hostname')).toBe('box.example\n');
    expect(run('hostname')).not.toContain('box');
    await host.expectNothing();
  });

  test('pings the gateway, and is in ls while it runs', async () => {
    using host = new TestHost();
    const started = host.start([
      'run',
      '--name',
      'web',
      'sh',
      '-c',
      'ping -c1 -W2 172.17.0.1 >/dev/null && echo pong; read line',
    ]);
    await started.printed('pong');
    expect(host.list()).toMatchObject([{ name: 'web', state: 'ready', endpoint: { address: '172.17.0.2' } }]);
    started.child.stdin?.end('\n');
    expect(await started.ended).toEqual({ status: 0, signal: null });
    await host.expectNothing('netplumb0');
  });

  test('sees its own links in /sys, and keeps its mounts to itself', async () => {
    using host = new TestHost();
    const script =
      'ls /sys/class/net; cat /sys/class/net/eth0/address; mount -t tmpfs none /mnt && echo mounted >/mnt/file && cat /mnt/file';
    expect(host.netplumb('run', 'sh', '-c', script)).toBe('eth0\nlo\n02:42:ac:11:00:02\nmounted\n');
    expect(run('sh', '-c', 'ls -A /mnt | grep -c file || true')).toBe('0\n');
    await host.expectNothing('netplumb0');
  });

  test('does not keep the namespaces of others alive that are detached while it runs', async () => {
    using host = new TestHost();
    host.attach('--create', '--name', 'other', '--net=none');
    const started = host.start([
      'run',
      '--net=none',
      'sh',
      '-c',
      'echo up; read line; grep -c /run/netns/other /proc/self/mountinfo',
    ]);
    await started.printed('up');
    host.netplumb('detach', 'other');
    started.child.stdin?.end('\n');
    await started.ended;
    expect(started.stdout).toBe('up\n0\n');
    await host.expectNothing();
  });
});
