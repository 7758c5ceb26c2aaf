import { describe, expect, test } from 'vitest';
import { type Machine, withLimit } from '../../../src/endpoint/limits.js';
import { fromKernel, NetplumbError, newError } from '../../../src/errors/index.js';

const files: Readonly<Record<string, string>> = {
  '/proc/sys/user/max_net_namespaces': '4',
  '/proc/sys/fs/mount-max': '100000',
  '/proc/self/mountinfo': '1 0 a\n2 1 b\n3 1 c',
  '/proc/self/limits':
    'Limit   Soft Limit  Hard Limit  Units\nMax open files            1024                 4096                 files',
  '/proc/sys/fs/nr_open': '1048576',
  '/proc/sys/fs/file-max': '200000',
  '/proc/sys/fs/file-nr': '199990\t0\t200000',
  '/proc/meminfo': 'MemTotal:       24684000 kB\nMemAvailable:      20480 kB',
  '/proc/sys/kernel/threads-max': '192730',
  '/proc/sys/kernel/pid_max': '32768',
  '/proc/sys/net/ipv4/neigh/default/gc_thresh3': '1024',
};

const machine: Machine = { text: (path) => files[path], count: () => 1021 };

/** One that shows nothing: no /proc, no descriptor left to look with. */
const dark: Machine = { text: () => undefined, count: () => undefined };

type Refusal = readonly [code: string, errno: number, operation: string, hints: readonly RegExp[]];

const refusals: readonly Refusal[] = [
  ['ENOSPC', 28, 'unshare', [/user\.max_net_namespaces is 4\b/, /sysctl -w user\.max_net_namespaces=65536/]],
  [
    'ENOSPC',
    28,
    'mount',
    [/fs\.mount-max of them, which is 100000; this one has 3\b/, /sysctl -w fs\.mount-max=200000/],
  ],
  ['ENOSPC', 28, 'open', [/df -i \/run/]],
  ['ENOSPC', 28, 'symlink', [/df -i \/run/]],
  ['ENOSPC', 28, 'fallocate', [/df \/run/, /remount,size/]],
  ['EMFILE', 24, 'socket', [/1024 files open.*has 1021/, /ulimit -n 65536/, /4096.*fs\.nr_open, which is 1048576/]],
  ['ENFILE', 23, 'open', [/fs\.file-max files open, which is 200000, and have 199990/, /fs\.file-max=400000/]],
  ['ENOMEM', 12, 'RTM_NEWLINK', [/memory\.max/, /available are 20 MiB/]],
  ['EAGAIN', 11, 'pthread_create', [/threads-max is 192730, kernel\.pid_max 32768/, /pids\.max/]],
  ['ENOBUFS', 105, 'RTM_NEWNEIGH', [/gc_thresh3 is 1024/, /sysctl -w net\.ipv4\.neigh\.default\.gc_thresh3=/]],
];

describe('an error that comes of a limit', () => {
  test.each(refusals)('%s (%i) of %s names it, its value and what to raise', (code, errno, operation, hints) => {
    const error = fromKernel({ errno, operation, step: 'namespace', object: 'sandbox web' });
    const explained = withLimit(error, machine) as NetplumbError;
    expect(explained).toBeInstanceOf(NetplumbError);
    expect(explained).toMatchObject({ code, errno, operation, step: 'namespace', object: 'sandbox web' });
    expect(explained.message).toBe(error.message);
    for (const hint of hints) {
      expect(explained.hint).toMatch(hint);
    }
  });

  test.each(refusals)('%s (%i) of %s is told where nothing can be looked at', (_, errno, operation) => {
    const explained = withLimit(fromKernel({ errno, operation }), dark) as NetplumbError;
    expect(explained.hint).not.toMatch(/undefined|NaN/);
  });

  test('is told by the machine itself', () => {
    const explained = withLimit(fromKernel({ errno: 24, operation: 'socket' })) as NetplumbError;
    expect(explained.hint).toMatch(/may have \d+ files open .*has \d+:/);
  });
});

test.each([
  ['another refusal', fromKernel({ errno: 17, operation: 'RTM_NEWLINK' })],
  ['what is full of another cause', fromKernel({ errno: 28, operation: 'RTM_NEWNSID' })],
  ['buffers of a socket', fromKernel({ errno: 105, operation: 'recv' })],
  ['an error of our own', newError('ECLOSED', {})],
  ['an error of nobody', new Error('something else')],
])('%s stays what it is', (_, error) => {
  expect(withLimit(error, machine)).toBe(error);
});
