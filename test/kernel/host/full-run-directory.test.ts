import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Host } from '../../../src/index.js';
import { run } from '../../support/netns.js';
import { type Lab, test } from './lab.js';

describe('on a full run directory', () => {
  test('attach is refused before anything has happened, and everything can still be removed', async ({ lab }) => {
    await withSmallRunDirectory(lab, '4m', async () => {
      const host = await lab.open();
      await host.attach({ create: true, name: 'first' });
      fill(lab);
      const names = await attachUntilRefused(host);
      expect(names.length).toBeGreaterThan(0);
      expect(lab.ends()).toHaveLength(1 + names.length);
      expect((await lab.records()).sandboxes.toSorted()).toEqual(['first', ...names].toSorted());

      await expect(host.publish('first', ['8080:80'])).rejects.toMatchObject(refusal(lab));
      await expect(host.networks.create({ name: 'more' })).rejects.toMatchObject(refusal(lab));

      // One whose process has never written to the records, and one after the other.
      const other = await lab.open();
      for (const name of names.splice(0, 20)) {
        await other.detach(name);
      }
      expect(await host.detachAll(names)).toEqual(names.map(() => ({})));
      await host.detach('first');
      await lab.expectEmpty();
    });
  });

  test('attach works again, on as full a file system, when as much was removed', async ({ lab }) => {
    await withSmallRunDirectory(lab, '4m', async () => {
      const host = await lab.open();
      // What the records take so far will be free in them.
      const names = Array.from({ length: 300 }, (_, i) => `many${i}`);
      expect(await host.attachAll(names.map((name) => ({ create: true, name })))).toHaveLength(300);
      fill(lab);
      names.push(...(await attachUntilRefused(host)));
      await host.detachAll(names);
      expect(statfsSync(lab.runDir).bfree).toBeLessThan(4);
      await host.attach({ create: true, name: 'again' });
      await host.detach('again');
      await lab.expectEmpty();
    });
  });

  test('a host that has no room for its records says so', async ({ lab }) => {
    await withSmallRunDirectory(lab, '1m', async () => {
      await expect(lab.open()).rejects.toMatchObject(refusal(lab));
    });
    await lab.open();
  });
});

function refusal(lab: Lab) {
  return { code: 'ENOSPC', operation: 'fallocate', object: expect.stringContaining(lab.runDir) };
}

async function withSmallRunDirectory(lab: Lab, size: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(lab.runDir);
  run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', lab.runDir);
  try {
    await work();
  } finally {
    run('umount', '--lazy', lab.runDir);
  }
}

/** Leaves nothing free. */
function fill(lab: Lab): void {
  const { bfree, bsize } = statfsSync(lab.runDir);
  writeFileSync(join(lab.runDir, 'filler'), Buffer.alloc(bfree * bsize));
  expect(statfsSync(lab.runDir).bfree).toBe(0);
}

async function attachUntilRefused(host: Host): Promise<string[]> {
  const attached: string[] = [];
  for (;;) {
    const name = `more${attached.length}`;
    try {
      await host.attach({ create: true, name });
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC', operation: 'fallocate' });
      return attached;
    }
    attached.push(name);
  }
}
