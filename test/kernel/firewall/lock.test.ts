import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test as base, expect } from 'vitest';
import { withFirewallLock } from '../../../src/firewall/lock.js';

const program = fileURLToPath(new URL('lock-child.ts', import.meta.url));

const test = base.extend<{ directory: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from its first parameter
  directory: async ({}, use) => {
    const directory = mkdtempSync(join(tmpdir(), 'netplumb-lock-'));
    await use(directory);
    rmSync(directory, { recursive: true });
  },
});

/** Another process that holds the lock until it is killed. */
async function holder(directory: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

test('one at a time, each with its own result, in one process', async ({ directory }) => {
  let inside = 0;
  const work = async (index: number) => {
    inside += 1;
    expect(inside).toBe(1);
    await setTimeout(3);
    inside -= 1;
    return index;
  };
  const all = Array.from({ length: 20 }, (_, index) => withFirewallLock(directory, () => work(index)));
  expect(await Promise.all(all)).toEqual(all.map((_, index) => index));
});

test('work that fails lets the next one in, and its error out', async ({ directory }) => {
  const error = new Error('work');
  await expect(withFirewallLock(directory, () => Promise.reject(error))).rejects.toBe(error);
  expect(await withFirewallLock(directory, async () => 1)).toBe(1);
});

test('a process is waited for without holding up the main thread, and is no longer when it was killed', async ({
  directory,
}) => {
  const child = await holder(directory);
  let isTaken = false;
  const waiting = withFirewallLock(directory, async () => {
    isTaken = true;
  });
  const since = performance.now();
  await setTimeout(50);
  expect(performance.now() - since).toBeLessThan(1000);
  expect(isTaken).toBe(false);
  child.kill('SIGKILL');
  await waiting;
  expect(isTaken).toBe(true);
});

test('a process that was started meanwhile does not inherit the lock', async ({ directory }) => {
  const child = await withFirewallLock(directory, async () => spawn('sleep', ['infinity'], { stdio: 'ignore' }));
  expect(await withFirewallLock(directory, async () => 1)).toBe(1);
  child.kill();
});

test('the file is its owner’s alone', async ({ directory }) => {
  await withFirewallLock(directory, async () => {});
  expect(statSync(join(directory, 'firewall.lock')).mode & 0o777).toBe(0o600);
});

test('without a directory there is nothing to lock', async ({ directory }) => {
  await expect(withFirewallLock(join(directory, 'none'), async () => 1)).rejects.toMatchObject({ code: 'ENOENT' });
});
