import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { rejectionToError } from '../../../src/netlink/failure.js';
import { type NetnsRef, native } from '../../../src/netlink/native.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { run, TestNetns } from '../../support/netns.js';

expectNothingLeft();

const program = fileURLToPath(new URL('enter-netns-child.ts', import.meta.url));

test('a program that has entered a network namespace opens its sockets there', async () => {
  using netns = new TestNetns();
  netns.run('ip', 'link', 'set', 'lo', 'up');
  const child = spawn(process.execPath, ['--import', 'tsx', program, netns.path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [text] = await once(child.stdout, 'data');
  expect(String(text)).toBe(netns.run('readlink', '/proc/self/ns/net'));
  const sockets = netns.run('ss', '-Hnlutp');
  for (const port of [5300, 5301]) {
    expect(sockets).toMatch(new RegExp(`127\\.0\\.0\\.1:${port} .*pid=${child.pid},`));
  }
  expect(run('ss', '-Hnlut')).not.toMatch(/:530[01] /);
  child.stdin.end();
  expect(await exited).toEqual([0, null]);
});

test('what is no network namespace is not entered', () => {
  const own = readlinkSync('/proc/self/ns/net');
  const refusal = (netns: NetnsRef): unknown => {
    try {
      return native().enterNetns(netns);
    } catch (reason) {
      return rejectionToError(reason);
    }
  };
  const failure = (code: string) => expect.objectContaining({ name: 'NetplumbError', code });
  expect(refusal({ path: '/etc/passwd' })).toEqual(failure('ENOTNETNS'));
  expect(refusal({ path: '/run/netns/nowhere' })).toEqual(failure('ENOENT'));
  expect(refusal({ pid: 2 ** 22 + 1 })).toEqual(failure('ENOPROCESS'));
  expect(readlinkSync('/proc/self/ns/net')).toBe(own);
});
