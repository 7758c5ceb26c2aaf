import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { describe, expect } from 'vitest';
import type { AttachResult, Host } from '../../../src/index.js';
import { failure, test } from './lab.js';

/** A process in a network namespace of its own. */
async function sleeper(): Promise<ChildProcess> {
  const child = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
  const own = readlinkSync('/proc/self/ns/net');
  await expect.poll(() => readlinkSync(`/proc/${child.pid}/ns/net`), { interval: 1 }).not.toBe(own);
  return child;
}

/** Turns of the event loop: about as long as the engine takes for one step of a plan, or for none. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await new Promise(setImmediate);
  }
}

async function attachAndKill(host: Host, delay: number): Promise<AttachResult> {
  const child = await sleeper();
  const attaching = host.attachAll([{ pid: child.pid ?? 0 }]);
  await turns(delay);
  child.kill('SIGKILL');
  const [[result]] = await Promise.all([attaching, once(child, 'exit')]);
  return result ?? { error: new Error('no result') };
}

describe('a process that dies while it is attached', () => {
  test('is attached, or is said not to exist; gc leaves nothing of it', async ({ lab }) => {
    const host = await lab.open();
    const seen = { attached: 0, refused: 0 };
    for (let i = 0; i < 120; i++) {
      const { attached, error } = await attachAndKill(host, i % 12);
      if (attached) {
        seen.attached += 1;
        const { sandboxes } = await host.gc();
        expect(sandboxes).toEqual([attached.name]);
      } else {
        seen.refused += 1;
        expect(error).toEqual(failure('ENOPROCESS'));
      }
      await lab.expectEmpty();
    }
    // It died early and late.
    expect(seen.attached).toBeGreaterThan(0);
    expect(seen.refused).toBeGreaterThan(0);
  });

  test('while others are attached does not touch those', async ({ lab }) => {
    const host = await lab.open();
    const children = await Promise.all(Array.from({ length: 48 }, sleeper));
    const attaching = host.attachAll(children.map(({ pid }, i) => ({ pid: pid ?? 0, name: `web${i}` })));
    const doomed = children.filter((_, i) => i % 3 === 0);
    for (const child of doomed) {
      child.kill('SIGKILL');
      await turns(1);
    }
    const results = await attaching;
    results.forEach(({ attached, error }, i) => {
      if (i % 3 !== 0) {
        expect(attached?.name).toBe(`web${i}`);
      } else if (error) {
        expect(error).toEqual(failure('ENOPROCESS'));
      }
    });
    await Promise.all(doomed.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
    await host.gc();
    const alive = results.flatMap(({ attached }, i) => (i % 3 === 0 ? [] : (attached?.name ?? [])));
    expect([...(await lab.records()).sandboxes].sort()).toEqual(alive.sort());
    expect(lab.files()).toEqual(alive);
    await host.detachAll(alive);
    for (const child of children) {
      child.kill('SIGKILL');
    }
  });
});
