import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Host } from '../../../src/index.js';
import { changesKept } from '../../../src/store/changes.js';
import { type Lab, test } from './lab.js';

/** NETPLUMB_SOAK=1: as many cycles as a busy machine has in an hour, with figures every quarter. */
const isSoak = process.env.NETPLUMB_SOAK === '1';
const quarter = isSoak ? 2500 : 100;
/** How much more there may be at the end than half-way; in a short run the garbage collector has its say. */
const most = isSoak ? 1.1 : 1.3;
/** How many attach and detach together: one, and as many as make several chunks. */
const sizes = [1, 50];

interface Holding {
  readonly cycles: number;
  readonly descriptors: number;
  readonly threads: number;
  /** MiB. */
  readonly rss: number;
  /** Of the records, in KiB. */
  readonly file: number;
}

function holding(lab: Lab, cycles: number): Holding {
  const file = readdirSync(lab.runDir).find((name) => name.endsWith('.mdb')) ?? '';
  return {
    cycles,
    descriptors: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
    rss: Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024),
    file: Math.round(statSync(join(lab.runDir, file)).size / 1024),
  };
}

/** Attaches and detaches until there were so many cycles, in turn one by one and many together. */
async function cycle(host: Host, netns: string, count: number): Promise<void> {
  for (let done = 0, turn = 0; done < count; turn++) {
    const size = Math.min(sizes[turn % sizes.length] ?? 1, count - done);
    const own = { netns, name: 'own' };
    const specs = Array.from({ length: size }, (_, i) => (i === 0 ? own : { create: true, name: `web${i}` }));
    const results = await host.attachAll(specs);
    expect(results.filter(({ error }) => error)).toEqual([]);
    const removed = await host.detachAll(specs.map(({ name }) => name));
    expect(removed.filter(({ error }) => error)).toEqual([]);
    done += size;
  }
}

describe('attaching and detaching, over and over', () => {
  test('keeps no descriptor and no thread, and memory levels off', { timeout: 3_600_000 }, async ({ lab }) => {
    // Each address that was ever used stays on record: with few of them all have been before long.
    const host = await lab.open({ bip: '10.1.0.1/25' });
    const { path } = lab.namespace();
    // Whatever is made once, and kept; the ring of changes, which fills up.
    await cycle(host, path, Math.max(quarter, changesKept / 2));
    const figures = [holding(lab, quarter)];
    for (let cycles = 2 * quarter; cycles <= 4 * quarter; cycles += quarter) {
      await cycle(host, path, quarter);
      figures.push(holding(lab, cycles));
    }
    if (isSoak) {
      process.stdout.write(`${JSON.stringify(figures)}\n`);
    }
    const [first, second, , last] = figures;
    expect(last).toMatchObject({ descriptors: first?.descriptors, threads: first?.threads });
    expect(last?.rss).toBeLessThan(most * (second?.rss ?? 0));
    expect(last?.file).toBeLessThan(most * (second?.file ?? 0));
  });
});
