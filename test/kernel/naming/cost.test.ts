import { readdirSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { Store } from '../../../src/store/index.js';
import { type Lab, test } from '../host/lab.js';

/** Everything that there is for names on a host. */
interface Cost {
  readonly servers: number;
  /** Sockets on port 53. */
  readonly sockets: readonly string[];
  /** In the run directory. */
  readonly files: readonly string[];
  readonly counters: readonly string[];
  readonly aliases: readonly string[];
  /** Rules and elements that mention the port. */
  readonly rules: readonly string[];
}

const nothing: Cost = { servers: 0, sockets: [], files: [], counters: [], aliases: [], rules: [] };

/** What sandboxes do beside names takes files and counters as well. */
const ofNames = /name|resolv|hosts|sandboxes|dns/i;

async function costOf(lab: Lab): Promise<Cost> {
  const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '');
  const store = Store.open(lab.runDir, lab.stateDir);
  const counters = store.read((tables) => [...tables.counters.getRange({})].map(({ key }) => key));
  await store.close();
  return {
    servers: lab.nameServers().length,
    sockets: lines(lab.netns.run('ss', '-Hlntu', 'sport', '=', '53')).map((line) => line.split(/\s+/)[4] ?? ''),
    files: readdirSync(lab.runDir).filter((name) => ofNames.test(name)),
    counters: counters.filter((name) => ofNames.test(name)),
    aliases: (await lab.records()).aliases,
    rules: lines(lab.netns.run('nft', 'list', 'ruleset')).filter((line) => /\b(53|domain)\b/.test(line)),
  };
}

describe('names cost nothing', () => {
  test('to sandboxes that use no user-defined network, whatever they do', async ({ lab }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'a1', publish: ['8080:80'] });
    await host.attach({ create: true, name: 'a2', links: ['a1:db'] });
    await host.attach({ create: true, name: 'alone', network: 'none' });
    await host.attach({ network: 'host', name: 'daemon' });
    await host.attach({ network: 'container:a1', name: 'side' });
    await host.attach({ pid: await lab.process(), name: 'process' });
    expect(await costOf(lab)).toEqual(nothing);
    await host.networks.connect('bridge', 'alone');
    await host.gc();
    expect(await costOf(lab)).toEqual(nothing);
    await host.detachAll(['side', 'a2', 'a1', 'alone', 'daemon', 'process']);
    expect(await costOf(lab)).toEqual(nothing);
  });

  test('but its own files to a sandbox that asks for files on the default network', async ({ lab }) => {
    const host = await lab.open();
    const { sandbox } = await host.attach({ create: true, name: 'a1', files: true });
    await host.attach({ create: true, name: 'a2' });
    expect(await costOf(lab)).toEqual({ ...nothing, files: ['sandboxes'] });
    expect(lab.nameFiles()).toEqual([sandbox]);
    await host.detachAll(['a1', 'a2']);
    expect(lab.nameFiles()).toEqual([]);
  });

  test('to networks without sandboxes, and to those that have none', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'empty', subnet: '10.1.0.0/24' });
    await host.networks.create({ name: 'mute', subnet: '10.2.0.0/24', options: { 'netplumb.dns': 'false' } });
    await host.attach({ create: true, name: 'a1', network: 'mute' });
    expect(await costOf(lab)).toEqual(nothing);
    await host.detach('a1');
    await host.networks.prune();
  });

  test('but one server, whose sockets are those of the networks that have sandboxes, where they are used', async ({
    lab,
  }) => {
    const host = await lab.open();
    for (const [i, name] of ['web', 'api', 'empty'].entries()) {
      await host.networks.create({ name, subnet: `10.${i + 1}.0.0/24` });
    }
    await host.attach({ create: true, name: 'a1', network: 'web', networkAliases: ['db'] });
    await host.attach({ create: true, name: 'a2', network: 'web' });
    await host.attach({ create: true, name: 'a3', network: 'api' });
    const cost = await costOf(lab);
    expect(cost).toMatchObject({ servers: 1, counters: ['names'], aliases: ['db'], rules: [] });
    expect([...cost.sockets].sort()).toEqual(['10.1.0.1:53', '10.1.0.1:53', '10.2.0.1:53', '10.2.0.1:53']);
    expect(cost.files).toEqual(['names.lock', 'names.sock']);
    await host.detachAll(['a1', 'a2', 'a3']);
    // The lock's file stays: see src/naming/dns/control.ts.
    await expect.poll(() => costOf(lab), { timeout: 5000 }).toEqual({ ...nothing, files: ['names.lock'] });
    await host.networks.prune();
  });
});
