import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CommitWatch } from '../../../../src/host/events/commit-watch.js';
import { openStore, temporaryDirectory } from '../../../support/store.js';

function watching(directory: string): CommitWatch {
  const watch = new CommitWatch(directory);
  onTestFinished(() => watch.close());
  return watch;
}

/** Counts the looks that are due, until the watch is closed. */
function countLooks(watch: CommitWatch): { looks: number; ended: Promise<void> } {
  const count = async () => {
    while (await watch.changed()) {
      counted.looks += 1;
    }
  };
  const counted = { looks: 0, ended: Promise.resolve() };
  counted.ended = count();
  return counted;
}

describe('a watch over records', () => {
  test('says when another has written them, and again when it has settled', async () => {
    const store = openStore();
    const other = openStore(store.directory);
    const counted = countLooks(watching(store.directory));
    await delay(50);
    expect(counted.looks).toBe(0);
    other.transaction(({ counters }) => counters.putSync('one', 1));
    await expect.poll(() => counted.looks).toBe(2);
    await delay(50);
    expect(counted.looks).toBe(2);
    other.transaction(({ counters }) => counters.putSync('one', 2));
    await expect.poll(() => counted.looks).toBe(4);
  });

  test('says so no more often than it takes, however much is written, and once more at the end', async () => {
    const store = openStore();
    const counted = countLooks(watching(store.directory));
    const started = performance.now();
    let last = 0;
    let seenAtLast = 0;
    for (let i = 0; i < 200; i++) {
      store.transaction(({ counters }) => counters.putSync('one', i));
      last = performance.now();
      seenAtLast = counted.looks;
      await delay(1);
    }
    await delay(50);
    expect(counted.looks).toBeGreaterThan(seenAtLast);
    expect(counted.looks).toBeLessThanOrEqual((last - started) / 10 + 4);
  });

  test('says nothing of what is only read', async () => {
    const store = openStore();
    const counted = countLooks(watching(store.directory));
    store.read(({ counters }) => counters.get('one'));
    store.transaction(({ counters }) => counters.get('one'));
    await delay(50);
    expect(counted.looks).toBe(0);
  });

  test('does not forget what was written while nobody asked', async () => {
    const directory = temporaryDirectory();
    const watch = watching(directory);
    writeFileSync(join(directory, 'file'), 'text');
    await delay(50);
    expect(await watch.changed()).toBe(true);
  });

  test('is over when it is closed, for those who wait and those who ask later', async () => {
    const watch = watching(temporaryDirectory());
    const waiting = watch.changed();
    watch.close();
    expect(await waiting).toBe(false);
    expect(await watch.changed()).toBe(false);
  });

  test('says why it cannot begin', () => {
    const directory = temporaryDirectory();
    rmSync(directory, { recursive: true });
    expect(() => new CommitWatch(directory)).toThrow(
      expect.objectContaining({ name: 'NetplumbError', code: 'ENOENT', object: directory }),
    );
  });
});
