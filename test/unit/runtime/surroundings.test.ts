import { afterEach, expect, test, vi } from 'vitest';
import { mountsOf, pathWith } from '../../../src/runtime/surroundings.js';

const files = { hostname: '/run/x/hostname', hosts: '/run/x/hosts', resolvConf: '/run/x/resolv.conf' };

const own = [
  { source: '/run/x/hostname', target: '/etc/hostname' },
  { source: '/run/x/hosts', target: '/etc/hosts' },
  { source: '/run/x/resolv.conf', target: '/etc/resolv.conf' },
];

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a command finds the files of its sandbox, and no service that knows the host’s names', () => {
  for (const mode of ['bridge', 'network', 'none', 'container'] as const) {
    const mounts = mountsOf({ files, mode });
    expect(mounts).toEqual([...own, { target: '/var/run/nscd' }, { target: '/run/systemd/resolve' }]);
  }
});

test('in the host’s network the host’s services are right', () => {
  expect(mountsOf({ files, mode: 'host' })).toEqual(own);
});

test('a sandbox without files leaves the command what the host has', () => {
  expect(mountsOf({ mode: 'bridge' })).toEqual([]);
});

test('PATH is the last that was asked for, else this process’s', () => {
  vi.stubEnv('PATH', '/ours');
  expect(pathWith([])).toBe('/ours');
  expect(pathWith(['MYPATH=/x', 'PATHS=/y', 'A=PATH=/z'])).toBe('/ours');
  expect(pathWith(['PATH=/a', 'B=1', 'PATH=/b:/c=d'])).toBe('/b:/c=d');
  expect(pathWith(['PATH='])).toBe('');
  vi.stubEnv('PATH', undefined);
  expect(pathWith(['A=1'])).toBeUndefined();
});
