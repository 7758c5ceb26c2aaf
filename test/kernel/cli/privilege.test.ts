import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';
import { TestHost } from './host.js';

expectNothingLeft();

const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const without = (capability: string) => ['setpriv', `--bounding-set=-${capability}`, `--inh-caps=-${capability}`];

/** Directories that everyone may write. */
function sharedDirectories(host: TestHost): Readonly<Record<string, string>> {
  const [run, state] = [join(host.runDir, 'shared'), join(host.runDir, 'state')];
  chmodSync(host.runDir, 0o755);
  for (const directory of [run, state]) {
    mkdirSync(directory);
    chmodSync(directory, 0o777);
  }
  return { NETPLUMB_RUN_DIR: run, NETPLUMB_STATE_DIR: state };
}

test.each([
  ['anyone but root may not make a bridge', nobody, ['attach', '--create'], 'EPERM', 'CAP_NET_ADMIN'],
  ['anyone but root may not make a namespace', nobody, ['attach', '--create', '--net=none'], 'EPERM', 'CAP_SYS_ADMIN'],
  ['anyone but root may not run a command', nobody, ['run', '--net=none', 'true'], 'EPERM', 'CAP_SYS_ADMIN'],
  [
    'anyone but root may not run a command on the host',
    nobody,
    ['run', '--net=host', 'true'],
    'EPERM',
    'CAP_SYS_ADMIN',
  ],
  ['root without CAP_NET_ADMIN is told so', without('net_admin'), ['attach', '--create'], 'EPERM', 'CAP_NET_ADMIN'],
  [
    'root without CAP_SYS_ADMIN is told so',
    without('sys_admin'),
    ['attach', '--create', '--net=none'],
    'EPERM',
    'CAP_SYS_ADMIN',
  ],
])('%s, is told which capability is missing, and leaves nothing', async (_, through, args, code, capability) => {
  using host = new TestHost();
  const env = sharedDirectories(host);
  const { status, stdout, stderr } = host.call(['--json', ...args], { through, env });
  expect({ status, stdout }).toEqual({ status: args[0] === 'run' ? 125 : 1, stdout: '' });
  expect(JSON.parse(stderr).error).toMatchObject({ code, hint: expect.stringContaining(capability) });
  const { stdout: listed } = host.call(['ls', '--json'], { env });
  expect(JSON.parse(listed)).toEqual([]);
  await host.expectNothing();
});

test('a namespace that is there already needs CAP_SYS_ADMIN to be entered', async () => {
  using host = new TestHost();
  using netns = new TestNetns();
  const env = sharedDirectories(host);
  const args = ['--json', 'attach', '--netns', netns.path, '--net=none'];
  const { status, stderr } = host.call(args, { through: nobody, env });
  expect(status).toBe(1);
  expect(JSON.parse(stderr).error).toMatchObject({ code: 'EPERM', hint: expect.stringContaining('CAP_SYS_ADMIN') });
  netns.remove();
  await host.expectNothing();
});

test('a process of root needs CAP_SYS_PTRACE to be looked into', async () => {
  using host = new TestHost();
  const { pid } = await host.startElsewhere();
  const env = sharedDirectories(host);
  const { status, stderr } = host.call(['--json', 'attach', '--pid', `${pid}`, '--net=none'], { through: nobody, env });
  expect(status).toBe(1);
  expect(JSON.parse(stderr).error).toMatchObject({ code: 'EACCES', hint: expect.stringContaining('CAP_SYS_PTRACE') });
  await host.expectNothing();
});

test('the records of root are not for everyone', async () => {
  using host = new TestHost();
  host.netplumb('ls');
  chmodSync(host.runDir, 0o700);
  const { status, stderr } = host.call(['--json', 'ls'], { through: nobody });
  expect(status).toBe(1);
  expect(JSON.parse(stderr).error).toMatchObject({ code: 'EACCES', hint: expect.stringContaining('CAP_DAC_OVERRIDE') });
  await host.expectNothing();
});
