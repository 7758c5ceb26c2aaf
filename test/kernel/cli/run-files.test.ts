import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { run } from '../../support/netns.js';
import { TestHost } from './host.js';

expectNothingLeft();

/** An /etc of this file's own, which it may change: seen by nobody else, and gone with its mount namespace. */
beforeEach(() => {
  const copy = `/run/etc-${process.pid}`;
  spawnSync('umount', ['--lazy', '/etc']);
  rmSync(copy, { recursive: true, force: true });
  run('cp', '-a', '/etc', copy);
  run('mount', '--bind', copy, '/etc');
});

/** Which mounts of this namespace have to do with these files. */
const mountsOfFiles = () =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => /\/sandboxes\/| \/etc\/| \/run\/(nscd|systemd)/.test(line));

/** The directories of sandboxes that have files. */
function filesLeft({ runDir }: TestHost): string[] {
  const directory = join(runDir, 'sandboxes');
  // A note of who follows the host's files is none of theirs.
  return existsSync(directory) ? readdirSync(directory).filter((name) => name !== '.followed') : [];
}

async function expectNothing(host: TestHost, ...bridges: string[]): Promise<void> {
  expect(filesLeft(host)).toEqual([]);
  expect(mountsOfFiles()).toEqual([]);
  await host.expectNothing(...bridges);
}

/** Replaces a file as a careful program does: whole, by its name. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

describe('programs under run', () => {
  test('find names in the sandbox’s own hosts file, linked with the C library or statically', async () => {
    using host = new TestHost();
    writeFileSync('/etc/hosts', '127.0.0.1 localhost\n192.0.2.99 onlyhost\n');
    const script =
      'getent hosts db; getent ahostsv4 box | head -1; busybox ping -c1 -W5 db | head -1; getent hosts onlyhost';
    // No name server answers, and it says so at once.
    const args = [
      'run',
      '--dns=127.0.0.1',
      '--hostname=box',
      '--add-host=db:127.0.0.7',
      'sh',
      '-c',
      `${script} || echo none`,
    ];
    const lines = host.netplumb(...args).split('\n');
    expect(lines[0]).toMatch(/^127\.0\.0\.7 +db$/);
    expect(lines[1]).toMatch(/^172\.17\.0\.2 +STREAM box$/);
    expect(lines[2]).toBe('PING db (127.0.0.7): 56 data bytes');
    expect(lines.slice(3)).toEqual(['none', '']);
    await expectNothing(host, 'netplumb0');
  });

  test('ask the name server that the sandbox was given, in its domains', async () => {
    using host = new TestHost();
    const server = `import socket, subprocess
names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
names.bind(('127.0.0.1', 53))
asking = subprocess.Popen(['getent', 'ahostsv4', 'far'])
print(names.recv(512)[12:].split(b'\\0')[0])
asking.kill()`;
    const options = ['--dns', '127.0.0.1', '--dns-search', 'lab.example'];
    expect(host.netplumb('run', ...options, 'python3', '-c', server)).toBe("b'\\x03far\\x03lab\\x07example'\n");
    await expectNothing(host, 'netplumb0');
  });

  test('see the host name that they have in /etc/hostname', async () => {
    using host = new TestHost();
    const seen = host.netplumb('run', '--net=none', '--hostname', 'box.example', 'cat', '/etc/hostname', '/etc/hosts');
    expect(seen).toMatch(/^box\.example\n/);
    expect(seen).toMatch(/^127\.0\.0\.1\s+localhost$/m);
    await expectNothing(host);
  });

  test('are not answered by services of the host', async () => {
    using host = new TestHost();
    const asked: string[] = [];
    const paths = ['/run/nscd/socket', '/run/systemd/resolve/io.systemd.Resolve'];
    const services = paths.map((path) => {
      mkdirSync(dirname(path), { recursive: true });
      return createServer((socket) => {
        asked.push(path);
        socket.on('error', () => {}).destroy();
      }).listen(path);
    });
    await Promise.all(services.map((service) => once(service, 'listening')));
    const connect = paths.map((path) => `socket.socket(socket.AF_UNIX).connect_ex('${path}')`).join(', ');
    const script = `getent hosts localhost >/dev/null; python3 -c "import socket; print(${connect})"`;
    const outside = host.start(['run', '--net=host', 'sh', '-c', script]);
    await outside.ended;
    expect(outside.stdout).toBe('0 0\n');
    expect(new Set(asked)).toEqual(new Set(paths));
    asked.length = 0;
    const inside = host.start(['run', '--net=none', 'sh', '-c', script]);
    await inside.ended;
    expect(inside.stdout).toBe('2 2\n');
    expect(asked).toEqual([]);
    for (const service of services) {
      service.close();
      await once(service, 'close');
    }
    await expectNothing(host);
  });

  test('have files of the host in its network, and those of the sandbox that they share', async () => {
    using host = new TestHost();
    const { sandbox } = host.attach('--create', '--name=web', '--hostname=web', '--add-host', 'db:192.0.2.7');
    const own = readFileSync(join(host.runDir, 'sandboxes', sandbox, 'hosts'), 'utf8');
    expect(own).toMatch(/^192\.0\.2\.7\s+db$/m);
    expect(host.netplumb('run', '--net=container:web', 'cat', '/etc/hosts')).toBe(own);
    expect(host.netplumb('run', '--net=container:web', 'cat', '/etc/hostname')).toBe('web\n');
    const ours = host.netplumb('run', '--net=host', '--add-host', 'db:192.0.2.8', 'cat', '/etc/hosts');
    expect(ours).toMatch(/^192\.0\.2\.8\s+db$/m);
    expect(filesLeft(host)).toEqual([sandbox]);
    host.netplumb('detach', 'web');
    await expectNothing(host, 'netplumb0');
  });
});

describe('files of a command', () => {
  const seen = ['run', '--net=none', '--dns', '192.0.2.53', 'grep', 'nameserver', '/etc/resolv.conf'];

  test.each([
    ['to a file', '../run/stub.conf'],
    ['into nowhere', '../run/no/such/file'],
  ])('cover a link %s, which stays a link', async (_, target) => {
    using host = new TestHost();
    writeFileSync('/run/stub.conf', 'nameserver 127.0.0.53\n');
    rmSync('/etc/resolv.conf');
    symlinkSync(target, '/etc/resolv.conf');
    expect(host.netplumb(...seen)).toBe('nameserver 192.0.2.53\n');
    expect(readlinkSync('/etc/resolv.conf')).toBe(target);
    expect(readFileSync('/run/stub.conf', 'utf8')).toBe('nameserver 127.0.0.53\n');
    await expectNothing(host);
  });

  test('are not made where the host has none', async () => {
    using host = new TestHost();
    rmSync('/etc/hostname');
    rmSync('/etc/hosts');
    expect(host.netplumb(...seen)).toBe('nameserver 192.0.2.53\n');
    expect(host.call(['run', '--net=none', 'cat', '/etc/hostname']).status).toBe(1);
    expect(existsSync('/etc/hostname')).toBe(false);
    await expectNothing(host);
  });

  test('are there where nothing can be written', async () => {
    using host = new TestHost();
    run('mount', '-o', 'remount,bind,ro', '/etc');
    expect(host.netplumb(...seen)).toBe('nameserver 192.0.2.53\n');
    await expectNothing(host);
  });

  test('are seen by nobody else, and what is written into them is not seen in the host’s', async () => {
    using host = new TestHost();
    const before = readFileSync('/etc/hosts', 'utf8');
    const script = 'echo 192.0.2.1 mine >>/etc/hosts && getent hosts mine && echo up; read line';
    const started = host.start(['run', '--net=none', 'sh', '-c', script]);
    await started.printed('mine\nup');
    expect(mountsOfFiles()).toEqual([]);
    expect(readFileSync('/etc/hosts', 'utf8')).toBe(before);
    expect(filesLeft(host)).toHaveLength(1);
    started.child.stdin?.end('\n');
    await started.ended;
    expect(readFileSync('/etc/hosts', 'utf8')).toBe(before);
    await expectNothing(host);
  });

  test('stay when the host replaces its own', async () => {
    using host = new TestHost();
    const script = 'echo up; while read line; do grep nameserver /etc/resolv.conf; echo end; done';
    const started = host.start(['run', '--net=none', '--dns', '192.0.2.53', 'sh', '-c', script]);
    await started.printed('up');
    for (let round = 0; round < 3; round += 1) {
      replace('/etc/resolv.conf', `nameserver 198.51.100.${round}\n`);
      // It is the host's for a moment.
      await expect
        .poll(
          async () => {
            started.stdout = '';
            started.child.stdin?.write('\n');
            await started.printed('end\n');
            return started.stdout;
          },
          { timeout: 10_000 },
        )
        .toBe('nameserver 192.0.2.53\nend\n');
    }
    expect(readFileSync('/etc/resolv.conf', 'utf8')).toBe('nameserver 198.51.100.2\n');
    started.child.stdin?.end();
    await started.ended;
    await expectNothing(host);
  });

  test('are gone however the command ends', async () => {
    using host = new TestHost();
    expect(host.call(['run', '--net=none', '/no/such/command']).status).toBe(127);
    expect(host.call(['run', '--net=none', 'sh', '-c', 'kill -KILL $$']).status).toBe(137);
    expect(host.call(['run', '--net=none', '--add-host', 'nonsense', 'true']).status).toBe(125);
    expect(lstatSync('/etc/hosts').isFile()).toBe(true);
    await expectNothing(host);
  });
});

describe('the environment of a command', () => {
  test('is its caller’s, with what was asked for', async () => {
    using host = new TestHost();
    const args = ['run', '--net=none', '-e', 'ADDED=one two=3', '-e', 'CHANGED=new', '-e', 'KEPT', 'env'];
    const { stdout } = host.call(args, { env: { CHANGED: 'old', KEPT: 'as it is', OTHER: 'other' } });
    const lines = stdout.split('\n').filter((line) => /^(ADDED|CHANGED|KEPT|OTHER)=/.test(line));
    expect(lines.sort()).toEqual(['ADDED=one two=3', 'CHANGED=new', 'KEPT=as it is', 'OTHER=other']);
    await expectNothing(host);
  });

  test('has the PATH by which the command is found', async () => {
    using host = new TestHost();
    const program = join(host.runDir, 'only-here');
    writeFileSync(program, '#!/bin/sh\necho found by "$PATH"\n', { mode: 0o755 });
    const found = host.netplumb('run', '--net=none', '-e', `PATH=${host.runDir}`, 'only-here');
    expect(found).toBe(`found by ${host.runDir}\n`);
    expect(host.call(['run', '--net=none', 'only-here']).status).toBe(127);
    await expectNothing(host);
  });

  test('tells of those that it is linked to, unless it was told otherwise', async () => {
    using host = new TestHost();
    const { endpoint } = host.attach('--create', '--name=db', '--expose=5432', '-e', 'SECRET=of db');
    const address = endpoint?.address;
    const own = ['--name=web', '--link=db:data-base', '-e', 'DATA_BASE_ENV_SECRET=mine'];
    const lines = host.netplumb('run', ...own, 'env').split('\n');
    expect(lines).toContain('DATA_BASE_NAME=/web/data-base');
    expect(lines).toContain(`DATA_BASE_PORT=tcp://${address}:5432`);
    expect(lines).toContain(`DATA_BASE_PORT_5432_TCP_ADDR=${address}`);
    expect(lines.filter((line) => line.startsWith('DATA_BASE_ENV_SECRET='))).toEqual(['DATA_BASE_ENV_SECRET=mine']);
    expect(host.netplumb('run', '--link=db', 'env')).toMatch(/^DB_ENV_SECRET=of db$/m);
    host.netplumb('detach', 'db');
    await expectNothing(host, 'netplumb0');
  });
});
