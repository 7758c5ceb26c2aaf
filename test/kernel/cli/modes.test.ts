import { describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { run, TestNetns } from '../../support/netns.js';
import { TestHost } from './host.js';

expectNothingLeft();

const linksIn = (name: string) => run('ip', '-n', name, '-br', 'link').trim().split('\n');
const namespaceOf = 'readlink /proc/self/ns/net';

describe('mode bridge', () => {
  test.each(['bridge', 'default'])('is the default, and called %s', async (mode) => {
    using host = new TestHost();
    expect(host.attach('--create', '--name', 'one').mode).toBe('bridge');
    const { endpoint } = host.attach('--create', '--name', 'two', `--net=${mode}`);
    expect(endpoint).toMatchObject({ address: '172.17.0.3', macAddress: '02:42:ac:11:00:03', mtu: 1500 });
    host.netplumb('detach', 'one', 'two');
    await host.expectNothing('netplumb0');
  });
});

describe('mode none', () => {
  test('has a namespace with a loopback that is up, and makes no bridge', async () => {
    using host = new TestHost();
    const attached = host.attach('--create', '--name', 'alone', '--net=none');
    expect(attached.endpoint).toBeUndefined();
    expect(linksIn('alone')).toEqual([expect.stringMatching(/^lo .*,UP,/)]);
    host.netplumb('detach', 'alone');
    await host.expectNothing();
  });

  test('is what a command under run has', async () => {
    using host = new TestHost();
    expect(host.netplumb('run', '--net', 'none', 'ls', '/sys/class/net')).toBe('lo\n');
    await host.expectNothing();
  });
});

describe('mode host', () => {
  test("is the host's own namespace, in which nothing is made", async () => {
    using host = new TestHost();
    const attached = host.attach('--name', 'guest', '--network=host');
    expect(attached).toMatchObject({ mode: 'host' });
    expect(attached.netns).toBeUndefined();
    host.netplumb('detach', 'guest');
    await host.expectNothing();
  });

  test("has a command see the host's links and name", async () => {
    using host = new TestHost();
    const outside = run('nsenter', `--net=${host.netns.path}`, 'sh', '-c', `${namespaceOf}; hostname`);
    expect(host.netplumb('run', '--net=host', 'sh', '-c', `${namespaceOf}; hostname`)).toBe(outside);
    run('ip', '-n', host.netns.name, 'link', 'add', 'mine', 'type', 'bridge');
    expect(host.netplumb('run', '--net=host', 'ls', '/sys/class/net')).toBe('lo\nmine\n');
    await host.expectNothing('mine');
  });

  test('follows --host-netns', async () => {
    using host = new TestHost();
    using other = new TestNetns();
    const script = `${namespaceOf}; ls /sys/class/net`;
    other.run('ip', 'link', 'add', 'theirs', 'type', 'bridge');
    const words = host.netplumb('run', '--net=host', '--host-netns', other.path, 'sh', '-c', script);
    expect(words).toBe(`${other.run('readlink', '/proc/self/ns/net')}lo\ntheirs\n`);
    other.remove();
    await host.expectNothing();
  });

  test('may have a host name of its own', async () => {
    using host = new TestHost();
    expect(host.netplumb('run', '--net=host', '-h', 'guest', 'hostname')).toBe('guest\n');
    expect(run('hostname')).not.toBe('guest\n');
    await host.expectNothing();
  });
});

describe('mode container', () => {
  test('shares the namespace and the name of another sandbox', async () => {
    using host = new TestHost();
    const web = host.attach('--create', '--name', 'web');
    const side = host.attach('--name', 'side', '--net=container:web');
    expect(side).toMatchObject({ mode: 'container', netns: web.netns, hostname: web.hostname });
    expect(side.endpoint).toBeUndefined();
    const script = `${namespaceOf}; hostname; ls /sys/class/net`;
    const inside = run('ip', 'netns', 'exec', 'web', 'readlink', '/proc/self/ns/net');
    for (const name of ['web', web.sandbox.slice(0, 12), 'side']) {
      expect(host.netplumb('run', `--net=container:${name}`, 'sh', '-c', script)).toBe(
        `${inside}${web.hostname}\neth0\nlo\n`,
      );
    }
    host.netplumb('detach', 'side', 'web');
    await host.expectNothing('netplumb0');
  });

  test('shares what runs under run, as long as it runs', async () => {
    using host = new TestHost();
    const web = host.start(['run', '--name', 'web', '-h', 'webhost', 'sh', '-c', 'echo up; exec sleep 600']);
    await web.printed('up');
    const words = host.netplumb(
      'run',
      '--net=container:web',
      'sh',
      '-c',
      'hostname; ping -c1 -W2 172.17.0.2 >/dev/null && echo pong',
    );
    expect(words).toBe('webhost\npong\n');
    web.child.kill('SIGTERM');
    await web.ended;
    const { status, stderr } = host.call(['run', '--net=container:web', 'true']);
    expect({ status, stderr }).toEqual({
      status: 125,
      stderr: 'netplumb: there is no sandbox "web"\nThe command "netplumb ls" lists sandboxes.\n',
    });
    await host.expectNothing('netplumb0');
  });

  test('is refused where there is none to share, or that one has none of its own', async () => {
    using host = new TestHost();
    host.attach('--name', 'guest', '--net=host');
    const codes = ['nope', 'guest'].map((name) => {
      const { status, stderr } = host.call(['attach', '--json', `--net=container:${name}`]);
      return [status, JSON.parse(stderr).error.code];
    });
    expect(codes).toEqual([
      [1, 'ENOSANDBOX'],
      [1, 'ENOOWNNETNS'],
    ]);
    host.netplumb('detach', 'guest');
    await host.expectNothing();
  });

  test('has the host name of the other, not one of its own', async () => {
    using host = new TestHost();
    host.attach('--create', '--name', 'web');
    const { status, stderr } = host.call(['run', '--net=container:web', '-h', 'mine', 'true']);
    expect({ status, stderr }).toMatchObject({ status: 125, stderr: expect.stringContaining('option "hostname"') });
    host.netplumb('detach', 'web');
    await host.expectNothing('netplumb0');
  });

  test('goes when gc finds the namespace gone', async () => {
    using host = new TestHost();
    const process = await host.startElsewhere();
    host.attach('--pid', `${process.pid}`, '--name', 'web');
    host.attach('--name', 'side', '--net=container:web');
    process.kill('SIGKILL');
    await expect.poll(() => host.netplumb('gc')).toBe('removed sandbox web\nremoved sandbox side\n');
    await host.expectNothing('netplumb0');
  });
});
