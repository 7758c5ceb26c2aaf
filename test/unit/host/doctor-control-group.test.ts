import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { gatherTasks } from '../../../src/host/doctor/gather/control-group.js';

const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) {
    rmSync(root, { recursive: true });
  }
});

/** A machine with these files. */
function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'netplumb-groups-'));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  return root;
}

const second = '/sys/fs/cgroup';

test('the group with the fewest left counts, wherever above the process it is', () => {
  const root = machine({
    '/proc/self/cgroup': '0::/system.slice/ci.service',
    [`${second}/system.slice/ci.service/pids.max`]: 'max',
    [`${second}/system.slice/ci.service/pids.current`]: '7',
    [`${second}/system.slice/pids.max`]: '4915',
    [`${second}/system.slice/pids.current`]: '4000',
  });
  expect(gatherTasks(root)).toEqual({ used: 4000, most: 4915 });
});

test('groups of the first kind have a tree of their own', () => {
  const root = machine({
    '/proc/self/cgroup': '12:cpu,cpuacct:/other\n8:pids:/docker/abc\n0::/docker/abc',
    [`${second}/pids/docker/abc/pids.max`]: '100',
    [`${second}/pids/docker/abc/pids.current`]: '3',
  });
  expect(gatherTasks(root)).toEqual({ used: 3, most: 100 });
});

test.each([
  ['there are no groups', {}],
  [
    'none is limited',
    { '/proc/self/cgroup': '0::/one', [`${second}/one/pids.max`]: 'max', [`${second}/one/pids.current`]: '3' },
  ],
  ['it is in the root', { '/proc/self/cgroup': '0::/', [`${second}/cgroup.procs`]: '1' }],
])('nothing is known where %s', (_, files) => {
  expect(gatherTasks(machine(files))).toBeUndefined();
});
