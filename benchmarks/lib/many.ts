/** Sandboxes by the thousand, for benchmarks of what happens to them. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Host } from 'netplumb';
import { buildFloor } from './floor.js';

/** No name server: it is another benchmark's. */
export const withoutNames = { 'netplumb.dns': 'false' };

/** A bridge has 1023 ports. */
const mostOnOneBridge = 1000;

/** Makes `count` sandboxes on networks NAME0, NAME1…, a thousand on each, which it makes. Returns their ids, oldest first. */
export async function attachMany(host: Host, count: number, name: string): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; ids.length < count; i++) {
    const network = `${name}${i}`;
    await host.networks.create({ name: network, options: withoutNames });
    const number = Math.min(mostOnOneBridge, count - ids.length);
    const results = await host.attachAll(Array.from({ length: number }, () => ({ create: true as const, network })));
    throwFirst(results);
    ids.push(...results.flatMap(({ attached }) => attached?.sandbox ?? []));
  }
  return ids;
}

/** Throws what went wrong first, if anything did. */
export function throwFirst(results: readonly { readonly error?: Error }[]): void {
  const failed = results.find(({ error }) => error);
  if (failed?.error) {
    throw failed.error;
  }
}

/**
 * Waits, in the namespaces of this process, until the kernel has finished destroying the network namespaces that nobody has any more.
 * (`settle` takes a copy of all mounts, and so keeps namespaces alive that are pinned.)
 */
export async function settled(): Promise<void> {
  await promisify(execFile)(buildFloor(), ['--settle']);
}
