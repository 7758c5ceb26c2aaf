import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { Host } from '../../../src/index.js';
import { failure, type Lab, ping, test } from './lab.js';

const nothing = { sandboxes: [], links: [], files: [], restored: [], errors: [] };

/** The one file of records in a run directory. */
function stateFile({ runDir }: Lab): string {
  const [name = '', ...others] = readdirSync(runDir).filter((one) => /^state-.*\.mdb$/.test(one));
  expect(others).toEqual([]);
  return join(runDir, name);
}

/** What must not differ, however it came to be on record. */
function essence(host: Host): unknown[] {
  return host
    .sandboxes()
    .map(({ id, name, netns, endpoints }) => ({
      id,
      name,
      netns,
      endpoints: endpoints.map(({ id: _, ...endpoint }) => endpoint),
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** A host with sandboxes in several networks, and the file of its records, which nobody has open. */
async function usedHost(lab: Lab) {
  const host = await lab.open();
  // Without names: what is done to the files here would end a name server, too, and it would be started anew each time.
  const options = { 'netplumb.dns': 'false' };
  await host.networks.create({ name: 'shop', ipv6: true, subnet: ['10.20.0.0/24', 'fd00:20::/64'], options });
  await host.networks.create({ name: 'point', driver: 'ptp', subnet: '10.22.0.0/24', options });
  for (const name of ['web', 'api', 'db']) {
    await host.attach({ create: true, name });
  }
  await host.attach({ pid: await lab.process(), name: 'process', network: 'shop' });
  await host.networks.connect('shop', 'web');
  await host.networks.connect('point', 'api');
  // Something that was given back, so that the file has free pages.
  await host.attach({ create: true, name: 'gone' });
  await host.detach('gone');
  const before = essence(host);
  await host.close();
  const path = stateFile(lab);
  return { before, path, sound: readFileSync(path) };
}

/** Opens the host with these bytes as its records: all that lives is there, and nothing of it is given out again. */
async function openWith(lab: Lab, path: string, bytes: Uint8Array, before: unknown[], label: string): Promise<void> {
  for (const name of readdirSync(lab.runDir)) {
    rmSync(join(lab.runDir, name));
  }
  writeFileSync(path, bytes);
  const host = await lab.open();
  try {
    expect(essence(host), label).toEqual(before);
    // Either nothing was lost, or it is said.
    expect([[], [failure('ESTATELOST', /web/)]], label).toContainEqual([...host.problems]);
    const taken = host.sandboxes().flatMap(({ endpoints }) => endpoints.map(({ address }) => address));
    const { endpoint } = await host.attach({ create: true, name: 'late' });
    expect(taken, label).not.toContain(endpoint?.address);
    await host.detach('late');
    // Of the rules, too, nobody knew any more what they had been.
    expect([nothing, { ...nothing, restored: ['rules'] }], label).toContainEqual(await host.gc());
  } finally {
    await host.close();
  }
}

interface Noise {
  readonly kind: string;
  bytes(length: number): Uint8Array;
}

/** The same for the same seed (a linear congruential generator). */
function noiseOf(seed: number): Noise {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >>> 24;
  };
  return { kind: `noise ${seed}`, bytes: (length) => Uint8Array.from({ length }, next) };
}

function sameByte(byte: number): Noise {
  return { kind: `all ${byte}`, bytes: (length) => new Uint8Array(length).fill(byte) };
}

async function endUsed(lab: Lab): Promise<void> {
  const host = await lab.open();
  ping('web', '172.17.0.3');
  await host.detachAll(host.sandboxes().map(({ name }) => name));
  for (const name of ['shop', 'point']) {
    await host.networks.remove(name);
  }
}

describe('records of which the file', { timeout: 300_000 }, () => {
  test('was cut at any 512th byte are there all the same', async ({ lab }) => {
    const { before, path, sound } = await usedHost(lab);
    for (let size = 0; size <= sound.length; size += 512) {
      await openWith(lab, path, sound.subarray(0, size), before, `cut at ${size}`);
    }
    await endUsed(lab);
  });

  test('was overwritten with noise, in whole or in part, are there all the same', async ({ lab }) => {
    const { before, path, sound } = await usedHost(lab);
    // By description, so that a counterexample can be read.
    const place = fc.record({ at: fc.nat(sound.length - 1), length: fc.constantFrom(1, 4, 16, 512, 4096, 2 ** 20) });
    const noise = fc.oneof(fc.integer().map(noiseOf), fc.constantFrom(0, 255).map(sameByte));
    await fc.assert(
      fc.asyncProperty(place, noise, async ({ at, length }, { kind, bytes }) => {
        const damaged = Buffer.from(sound);
        damaged.set(bytes(Math.min(length, sound.length - at)), at);
        await openWith(lab, path, damaged, before, `${length} bytes at ${at}: ${kind}`);
      }),
      { numRuns: 100 },
    );
    await endUsed(lab);
  });
});
