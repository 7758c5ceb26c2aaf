import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import type { AttachSpec, HostOptions } from '../../../src/index.js';
import { test } from './lab.js';

const program = fileURLToPath(new URL('attach-child.ts', import.meta.url));

/** What comes of attaching in a process that a command starts with fewer privileges. */
function attachBy([starter = '', ...privileges]: string[], options: HostOptions, spec: AttachSpec) {
  const command = [process.execPath, '--import', 'tsx', program, JSON.stringify(options), JSON.stringify(spec)];
  return JSON.parse(execFileSync(starter, [...privileges, ...command], { encoding: 'utf8' }));
}

const without = (capability: string) => ['setpriv', '--bounding-set', `-${capability}`, '--inh-caps', `-${capability}`];
const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];

describe('without privileges', () => {
  test.for<[string, AttachSpec, RegExp, string]>([
    ['net_admin', { create: true }, /^RTM_NEWLINK .*EPERM/, 'CAP_NET_ADMIN'],
    ['net_admin', { create: true, network: 'none' }, /EPERM/, 'CAP_NET_ADMIN'],
    ['sys_admin', { create: true }, /^(unshare|setns) .*EPERM/, 'CAP_SYS_ADMIN'],
  ])('lacking cap_%s, %j says so and leaves nothing', ([capability, spec, message, hint], { lab }) => {
    // The host is the caller's own namespace: it need not be entered.
    const options = { netns: `/proc/self/ns/net`, runDir: lab.runDir };
    const { error } = attachBy(['ip', 'netns', 'exec', lab.netns.name, ...without(capability)], options, spec);
    expect(error).toMatchObject({
      code: 'EPERM',
      message: expect.stringMatching(message),
      hint: expect.stringContaining(hint),
    });
    expect(lab.linkNames().filter((name) => name !== 'netplumb0')).toEqual([]);
  });

  test('entering a sandbox takes CAP_SYS_ADMIN', ({ lab }) => {
    const options = { netns: '/proc/self/ns/net', runDir: lab.runDir };
    const spec = { netns: lab.namespace().path, network: 'none' };
    const { error } = attachBy(without('sys_admin'), options, spec);
    expect(error).toMatchObject({ code: 'EPERM', operation: 'setns', hint: expect.stringContaining('CAP_SYS_ADMIN') });
  });

  test('entering a host takes CAP_SYS_ADMIN', ({ lab }) => {
    const options = { netns: lab.netns.path, runDir: lab.runDir };
    const { error } = attachBy(without('sys_admin'), options, { create: true });
    expect(error).toMatchObject({ code: 'EPERM', operation: 'setns', hint: expect.stringContaining('CAP_SYS_ADMIN') });
  });

  test("a namespace of somebody else's process takes CAP_SYS_PTRACE", async ({ lab }) => {
    const pid = await lab.process();
    const runDir = join(lab.directory, 'nobody');
    mkdirSync(runDir);
    chownSync(runDir, 65534, 65534);
    chmodSync(lab.directory, 0o755);
    const { error } = attachBy(asNobody, { netns: '/proc/self/ns/net', runDir }, { pid, network: 'none' });
    expect(error).toMatchObject({
      code: 'EACCES',
      object: `/proc/${pid}/ns/net`,
      hint: expect.stringContaining('CAP_SYS_PTRACE'),
    });
  });

  test('a run directory that is not ours is refused as the kernel refuses it', ({ lab }) => {
    const { error } = attachBy(asNobody, { netns: '/proc/self/ns/net', runDir: lab.runDir }, { create: true });
    expect(error).toMatchObject({ code: 'EACCES', object: expect.stringContaining(lab.runDir) });
  });
});
