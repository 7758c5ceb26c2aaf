import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { run, TestNetns } from '../../support/netns.js';
import { TestHost } from './host.js';

expectNothingLeft();

/** Calls it with --json and returns the status and the error's code and message. */
function refusal(host: TestHost, ...args: string[]) {
  const { status, stdout, stderr } = host.call(['--json', ...args]);
  expect(stdout).toBe('');
  const { code, message } = JSON.parse(stderr).error;
  return { status, code, message };
}

describe('bad input is refused with nothing made', () => {
  const long = 'x'.repeat(64);

  // With a bridge, so that it is not what is made.
  let shared: TestHost;
  beforeAll(() => {
    shared = new TestHost();
    shared.netplumb('run', 'true');
  });
  afterAll(() => shared[Symbol.dispose]());

  test.each([
    ['a process that does not exist', ['--pid', '4194304'], 1, 'ENOPROCESS', '4194304'],
    ['a process id that is none', ['--pid', 'self'], 2, 'EBADPID', '"self"'],
    ['process 0', ['--pid', '0'], 2, 'EBADPID', '0'],
    ['a path that is not there', ['--netns', '/run/netns/nope'], 1, 'ENOTNETNS', '/run/netns/nope'],
    ['a path that is no namespace', ['--netns', '/etc/passwd'], 1, 'ENOTNETNS', '/etc/passwd'],
    ['a path that is another namespace', ['--netns', '/proc/self/ns/uts'], 1, 'ENOTNETNS', '/proc/self/ns/uts'],
    ['a path that is a directory', ['--netns', '/run'], 1, 'ENOTNETNS', '/run'],
    ['an empty path', ['--netns', ''], 2, 'EBADOPTION', 'netns'],
    ['two namespaces', ['--create', '--pid', '1'], 2, 'EUSAGE', 'only one'],
    ['no namespace', [], 2, 'EUSAGE', 'whose namespace'],
    ['a name that is too long', ['--create', '--name', long], 2, 'EBADNAME', long],
    ['a name that is empty', ['--create', '--name', ''], 2, 'EBADNAME', '""'],
    ['a name with a slash', ['--create', '--name', '../etc'], 2, 'EBADNAME', '"../etc"'],
    ['a name with a space', ['--create', '--name', 'a b'], 2, 'EBADNAME', '"a b"'],
    ['a name with a control character', ['--create', '--name', 'a\x07b'], 2, 'EBADNAME', '"a\\u0007b"'],
    ['a name with a line break', ['--create', '--name', 'a\nb'], 2, 'EBADNAME', '"a\\nb"'],
    ['an address that is none', ['--create', '--ip', '172.17.0.256'], 2, 'EBADADDR', '"172.17.0.256"'],
    ['an address outside the subnet', ['--create', '--ip', '10.0.0.1'], 1, 'EOUTSIDESUBNET', '"10.0.0.1"'],
    ['the address of the gateway', ['--create', '--ip', '172.17.0.1'], 1, 'EADDRRESERVED', '"172.17.0.1"'],
    ['the broadcast address', ['--create', '--ip', '172.17.255.255'], 1, 'EADDRRESERVED', '"172.17.255.255"'],
    ['a malformed MAC address', ['--create', '--mac-address', '02:42:ac:11:00'], 2, 'EBADMAC', '"02:42:ac:11:00"'],
    ['a multicast MAC address', ['--create', '--mac-address', '01:00:5e:00:00:01'], 2, 'EBADMAC', 'multicast'],
    ['a gateway that is none', ['--create', '--default-gateway', 'router'], 2, 'EBADADDR', '"router"'],
    ['an MTU that is too small', ['--create', '--mtu', '67'], 2, 'EBADMTU', '67'],
    ['an MTU that is none', ['--create', '--mtu', 'big'], 2, 'EBADMTU', 'big'],
    ['an unknown network', ['--create', '--net', 'nope'], 1, 'ENONETWORK', '"nope"'],
    ['a mode that is none', ['--create', '--net', 'a b'], 2, 'EBADMODE', '"a b"'],
    ['a namespace for mode host', ['--create', '--net', 'host'], 2, 'EUSAGE', 'host'],
    ['an address for mode none', ['--create', '--net', 'none', '--ip', '172.17.0.9'], 2, 'EBADOPTION', 'ip'],
    ['an address of the bridge that is none', ['--create', '--bip', '172.17.0.0/16'], 2, 'EBADCIDR', '172.17.0.0/16'],
    ['a host namespace that is none', ['--create', '--host-netns', '/etc/passwd'], 1, 'ENOTNETNS', '/etc/passwd'],
    ['a configuration that is not there', ['--create', '--config', '/nope'], 2, 'EBADOPTION', '/nope'],
  ])('%s', async (_, args, status, code, part) => {
    expect(refusal(shared, 'attach', ...args)).toEqual({ status, code, message: expect.stringContaining(part) });
    await shared.expectNothing('netplumb0');
  });

  test.each([
    ['a bridge that is not there', ['--create', '--bridge', 'nope'], 1, 'ENOBRIDGE', '"nope"'],
    ['a bridge that is none', ['--create', '--bridge', 'lo'], 1, 'ENOTBRIDGE', '"lo"'],
    ['a bridge with a name that none can have', ['--create', '--bridge', 'x'.repeat(16)], 2, 'EBADIFNAME', 'xxx'],
  ])('%s', async (_, args, status, code, part) => {
    using host = new TestHost();
    expect(refusal(host, 'attach', ...args)).toEqual({ status, code, message: expect.stringContaining(part) });
    await host.expectNothing();
  });

  test.each([['-host'], ['a_b'], ['x'.repeat(65)], ['']])('the host name %j', async (name) => {
    using host = new TestHost();
    expect(refusal(host, 'run', `--hostname=${name}`, 'true')).toMatchObject({ status: 125, code: 'EBADHOSTNAME' });
    await host.expectNothing();
  });

  test('what is taken already: a name, an address, a namespace, a file', async () => {
    using host = new TestHost();
    using netns = new TestNetns();
    host.attach('--create', '--name', 'web', '--ip', '172.17.0.9');
    expect(refusal(host, 'attach', '--create', '--name', 'web')).toMatchObject({ status: 1, code: 'ENAMEINUSE' });
    expect(refusal(host, 'attach', '--create', '--ip', '172.17.0.9')).toMatchObject({ status: 1, code: 'EADDRTAKEN' });
    expect(refusal(host, 'attach', '--netns', '/run/netns/web', '--name', 'two')).toMatchObject({
      status: 1,
      code: 'EJOINED',
    });
    expect(refusal(host, 'attach', '--create', '--name', netns.name)).toMatchObject({ status: 1, code: 'ENETNSNAME' });
    netns.run('ip', 'link', 'add', 'eth0', 'type', 'bridge');
    expect(refusal(host, 'attach', '--netns', netns.path)).toMatchObject({ status: 1, code: 'EIFINUSE' });
    expect(host.list()).toHaveLength(1);
    host.netplumb('detach', 'web');
    netns.remove();
    await host.expectNothing('netplumb0');
  });

  test('a process that has just died', async () => {
    using host = new TestHost();
    host.netplumb('run', 'true');
    const process = await host.startElsewhere();
    process.kill('SIGKILL');
    await new Promise((resolve) => process.once('exit', resolve));
    expect(refusal(host, 'attach', '--pid', `${process.pid}`)).toMatchObject({ status: 1, code: 'ENOPROCESS' });
    await host.expectNothing('netplumb0');
  });

  test('the host’s own namespace, which would lose its network', async () => {
    using host = new TestHost();
    expect(refusal(host, 'attach', '--netns', host.netns.path)).toMatchObject({ status: 2, code: 'EUSAGE' });
    await host.expectNothing(...host.links());
  });

  test('a subnet that is exhausted', async () => {
    using host = new TestHost();
    host.attach('--create', '--name', 'one', '--bip', '10.1.1.1/30');
    expect(refusal(host, 'attach', '--create', '--name', 'two')).toMatchObject({ status: 1, code: 'EPOOL' });
    host.netplumb('detach', 'one');
    expect(host.attach('--create', '--name', 'two').endpoint?.address).toBe('10.1.1.2');
    host.netplumb('detach', 'two');
    await host.expectNothing('netplumb0');
  });

  test('a bridge of someone else’s with our name', async () => {
    using host = new TestHost();
    run('ip', '-n', host.netns.name, 'link', 'add', 'netplumb0', 'type', 'bridge');
    expect(refusal(host, 'attach', '--create')).toMatchObject({ status: 1, code: 'EBRIDGEFOREIGN' });
    await host.expectNothing('netplumb0');
  });
});
