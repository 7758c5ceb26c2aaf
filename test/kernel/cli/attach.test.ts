import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { run, TestNetns } from '../../support/netns.js';
import { TestHost } from './host.js';

expectNothingLeft();

const ping = (name: string, address: string) => run('ip', 'netns', 'exec', name, 'ping', '-c1', '-W2', address);

describe('the manual route of Docker’s documents', () => {
  test('joins a process that was started elsewhere, and leaves nothing when it is detached', async () => {
    using host = new TestHost();
    const { pid } = await host.startElsewhere();
    const { endpoint } = host.attach('--pid', `${pid}`, '--name', 'web');
    expect(endpoint).toMatchObject({
      interface: 'eth0',
      address: '172.17.0.2',
      prefixLength: 16,
      gateway: '172.17.0.1',
    });
    expect(readlinkSync('/run/netns/web')).toBe(`/proc/${pid}/ns/net`);
    expect(run('ip', 'netns', 'list')).toContain('web');
    expect(run('ip', '-n', 'web', '-4', '-o', 'address', 'show', 'dev', 'eth0')).toContain('172.17.0.2/16');
    expect(run('ip', '-n', 'web', 'route')).toContain('default via 172.17.0.1 dev eth0');
    ping('web', '172.17.0.1');
    ping('web', '127.0.0.1');
    host.netplumb('detach', 'web');
    expect(run('ip', '-j', 'link', 'show')).not.toContain('eth0');
    await host.expectNothing('netplumb0');
  });

  test('joins a namespace by its path, with the name that it has there, and leaves it as it was', async () => {
    using host = new TestHost();
    using netns = new TestNetns();
    const { name } = host.attach('--netns', netns.path);
    expect(name).toBe(netns.name);
    ping(netns.name, '172.17.0.1');
    host.netplumb('detach', name);
    expect(netns.ip('link')).toHaveLength(1);
    expect(existsSync(netns.path)).toBe(true);
    netns.remove();
    await host.expectNothing('netplumb0');
  });

  test('joins a namespace by a path relative to the current directory', async () => {
    using host = new TestHost();
    using netns = new TestNetns();
    const { status, stderr } = host.call(['attach', '--netns', `netns/${netns.name}`], { cwd: '/run' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    host.netplumb('detach', netns.name);
    netns.remove();
    await host.expectNothing('netplumb0');
  });

  test('lets processes that were attached talk to each other', async () => {
    using host = new TestHost();
    const { pid: one } = await host.startElsewhere();
    const { pid: other } = await host.startElsewhere();
    host.attach('--pid', `${one}`, '--name', 'one');
    host.attach('--pid', `${other}`, '--name', 'other');
    ping('one', '172.17.0.3');
    ping('other', '172.17.0.2');
    host.netplumb('detach', 'one', 'other');
    await host.expectNothing('netplumb0');
  });

  test('ends with the process: gc leaves no dangling file, link, lease or record', async () => {
    using host = new TestHost();
    const process = await host.startElsewhere();
    host.attach('--pid', `${process.pid}`, '--name', 'web', '--ip', '172.17.9.9');
    process.kill('SIGKILL');
    await expect.poll(() => existsSync('/run/netns/web')).toBe(false);
    expect(lstatSync('/run/netns/web').isSymbolicLink()).toBe(true);
    expect(host.netplumb('gc')).toBe('removed sandbox web\n');
    await host.expectNothing('netplumb0');
    // The lease as well.
    host.attach('--create', '--name', 'web', '--ip', '172.17.9.9');
    host.netplumb('detach', 'web');
    await host.expectNothing('netplumb0');
  });
});

describe('a namespace that is made', () => {
  test('is found by ip netns under the name of the sandbox, and goes with it', async () => {
    using host = new TestHost();
    const { netns } = host.attach('--create', '--name', 'lab');
    expect(netns).toBe('/run/netns/lab');
    ping('lab', '172.17.0.1');
    host.netplumb('detach', 'lab');
    await host.expectNothing('netplumb0');
  });

  test('without a name is called by the short id', async () => {
    using host = new TestHost();
    const { sandbox, name, netns } = host.attach('--create');
    expect(name).toBe(sandbox.slice(0, 12));
    expect(netns).toBe(`/run/netns/${name}`);
    host.netplumb('detach', sandbox);
    await host.expectNothing('netplumb0');
  });
});

test('detach succeeds when all is gone already, and says what else failed', async () => {
  using host = new TestHost();
  host.attach('--create', '--name', 'one');
  host.attach('--create', '--name', 'two');
  expect(host.netplumb('detach', 'two', 'gone', 'one')).toBe('two\ngone\none\n');
  expect(host.netplumb('detach', 'two')).toBe('two\n');
  host.attach('--create', '--name', 'one');
  const { status, stdout, stderr } = host.call(['detach', 'bad/name', 'one', 'worse name']);
  expect({ status, stdout }).toEqual({ status: 2, stdout: 'one\n' });
  expect(stderr.match(/^netplumb: ".*" is not a valid sandbox name/gm)).toHaveLength(2);
  await host.expectNothing('netplumb0');
});

test('attach says how long each step took', async () => {
  using host = new TestHost();
  const { microseconds } = host.attach('--create', '--name', 'one');
  for (const step of ['queue', 'state', 'namespace', 'link', 'address']) {
    expect(microseconds[step]).toBeGreaterThan(0);
  }
  host.netplumb('detach', 'one');
  await host.expectNothing('netplumb0');
});

test('ls and inspect tell what there is', async () => {
  using host = new TestHost();
  const { sandbox, endpoint } = host.attach('--create', '--name', 'web');
  host.attach('--create', '--name', 'alone', '--net', 'none');
  const [title, ...lines] = host.netplumb('ls').trimEnd().split('\n');
  expect(title).toMatch(/^ID +NAME +MODE +ADDRESS +MAC ADDRESS +HOST INTERFACE +STATE +CREATED +PORTS$/);
  expect(lines[0]).toMatch(
    new RegExp(
      `^${sandbox.slice(0, 12)} +web +bridge +172.17.0.2 +02:42:ac:11:00:02 +${endpoint?.hostInterface} +ready +\\d seconds? ago +-$`,
    ),
  );
  expect(lines[1]).toMatch(/^[0-9a-f]{12} +alone +none +- +- +- +ready +/);
  expect(host.netplumb('inspect', 'web')).toContain('Address:         172.17.0.2/16\n');
  const inspected = JSON.parse(host.netplumb('inspect', '--json', 'alone', sandbox.slice(0, 12)));
  expect(inspected.map(({ name }: { name: string }) => name)).toEqual(['alone', 'web']);
  expect(inspected[1]).toEqual(host.list()[0]);
  const { status, stdout, stderr } = host.call(['inspect', 'web', 'nope']);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: 'netplumb: there is no sandbox "nope"\nThe command "netplumb ls" lists sandboxes.\n',
  });
  expect(stdout).toContain('web');
  host.netplumb('detach', 'web', 'alone');
  await host.expectNothing('netplumb0');
});

test('gc puts a bridge back that was deleted under its sandboxes', async () => {
  using host = new TestHost();
  host.attach('--create', '--name', 'web');
  run('ip', '-n', host.netns.name, 'link', 'del', 'netplumb0');
  expect(host.netplumb('gc')).toBe('restored netplumb0\nrestored web\n');
  ping('web', '172.17.0.1');
  expect(host.netplumb('gc')).toBe('nothing to do\n');
  host.netplumb('detach', 'web');
  await host.expectNothing('netplumb0');
});
