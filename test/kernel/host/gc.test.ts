import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { run } from '../../support/netns.js';
import { endpointOf, failure, type Lab, ping, test } from './lab.js';

const nothing = { sandboxes: [], links: [], files: [], restored: [], errors: [] };

/** Of a sandbox that nobody knows. */
const stranger = '0123456789ab'.padEnd(64, '0');

function programOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

describe('gc removes a sandbox', () => {
  test('whose process has died, with link, address and file', async ({ lab }) => {
    const host = await lab.open();
    const pid = await lab.process();
    await host.attach({ pid, name: 'web' });
    expect(await host.gc()).toEqual(nothing);
    await kill(pid);
    expect(lab.files()).toEqual(['web']);
    expect(await host.gc()).toEqual({ ...nothing, sandboxes: ['web'] });
    await lab.expectEmpty();
    expect(await host.gc()).toEqual(nothing);
  });

  test('whose namespace was removed by its file', async ({ lab }) => {
    const host = await lab.open();
    const namespace = lab.namespace();
    await host.attach({ create: true, name: 'web' });
    await host.attach({ netns: namespace.path, name: 'api' });
    await host.attach({ create: true, name: 'alone', network: 'none' });
    run('ip', 'netns', 'del', 'web');
    run('ip', 'netns', 'del', 'alone');
    namespace.remove();
    expect([...(await host.gc()).sandboxes].sort()).toEqual(['alone', 'api', 'web']);
    await lab.expectEmpty();
  });

  test('of a descriptor, once its link has gone with the namespace', async ({ lab }) => {
    const host = await lab.open();
    const namespace = lab.namespace();
    const fd = openSync(namespace.path, 'r');
    await host.attach({ fd, name: 'web' });
    namespace.remove();
    expect(await host.gc()).toEqual(nothing);
    closeSync(fd);
    await expect.poll(() => lab.ends(), { timeout: 5000 }).toEqual([]);
    expect(await host.gc()).toEqual({ ...nothing, sandboxes: ['web'] });
  });

  test('whose path leads to another namespace by now', async ({ lab }) => {
    const host = await lab.open();
    const path = join(lab.directory, 'current');
    symlinkSync(lab.namespace().path, path);
    await host.attach({ netns: path, name: 'web' });
    unlinkSync(path);
    symlinkSync(lab.namespace().path, path);
    expect(await host.gc()).toEqual({ ...nothing, sandboxes: ['web'] });
  });

  test('whose PID another process has by now, and leaves that one alone', ({ lab }) => {
    const output = execFileSync(
      'unshare',
      [
        '--pid',
        '--fork',
        '--mount-proc',
        process.execPath,
        '--import',
        'tsx',
        programOf('pid-reuse-child.ts'),
        lab.runDir,
        lab.stateDir,
        lab.netns.path,
      ],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(output)).toEqual({ collected: ['first'], links: ['lo'] });
  });

  test('that ends with the process that attached it', async ({ lab }) => {
    const host = await lab.open();
    const options = JSON.stringify({ netns: lab.netns.path, ...lab.directories() });
    const attach = (spec: object) =>
      run(process.execPath, '--import', 'tsx', programOf('attach-child.ts'), options, JSON.stringify(spec));
    attach({ create: true, name: 'free' });
    attach({ create: true, name: 'bound', bound: true });
    attach({ network: 'host', name: 'daemon', bound: true });
    await host.attach({ create: true, name: 'ours', bound: true });
    expect([...(await host.gc()).sandboxes].sort()).toEqual(['bound', 'daemon']);
    await host.detachAll(['free', 'ours']);
  });

  test('that shares a namespace with one of these', async ({ lab }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'web' });
    await host.attach({ network: 'container:web', name: 'sidecar' });
    expect(await host.gc()).toEqual(nothing);
    run('ip', 'netns', 'del', 'web');
    expect([...(await host.gc()).sandboxes].sort()).toEqual(['sidecar', 'web']);
  });
});

describe('gc leaves alone', () => {
  test('every sandbox that lives', async ({ lab }) => {
    const host = await lab.open();
    const namespace = lab.namespace();
    const fd = openSync(namespace.path, 'r');
    const specs = [
      { create: true, name: 'created' },
      { pid: await lab.process(), name: 'process' },
      { netns: lab.namespace().path, name: 'path' },
      { fd, name: 'descriptor' },
      { create: true, network: 'none', name: 'none' },
      { network: 'host', name: 'host' },
      { network: 'container:created', name: 'shared' },
    ];
    const results = [];
    for (const spec of specs) {
      results.push(await host.attach(spec));
    }
    const before = [await lab.records(), lab.ends(), lab.files()];
    expect(await host.gc()).toEqual(nothing);
    expect([await lab.records(), lab.ends(), lab.files()]).toEqual(before);
    ping('created', endpointOf(results[3] ?? raise()).address);
    closeSync(fd);
    await host.detachAll(specs.map(({ name }) => name));
  });

  test('what is attached while it looks', async ({ lab }) => {
    const [collector, host] = [await lab.open(), await lab.open()];
    // So many that it takes longer to list them than to attach one.
    const crowd = Array.from({ length: 200 }, (_, i) => `crowd${i}`);
    await host.attachAll(crowd.map((name) => ({ create: true, name })));
    const fd = openSync(lab.namespace().path, 'r');
    for (let i = 0; i < 30; i++) {
      const specs = [
        { fd, name: 'web' },
        { create: true, name: 'api' },
      ];
      const [report, ...results] = await Promise.all([collector.gc(), ...specs.map((spec) => host.attach(spec))]);
      expect(report).toEqual(nothing);
      expect(results.map(({ name }) => host.inspect(name).state)).toEqual(['ready', 'ready']);
      const [again] = await Promise.all([collector.gc(), host.detachAll(['web', 'api'])]);
      expect(again.errors).toEqual([]);
    }
    closeSync(fd);
    await host.detachAll(crowd);
  });

  test('a sandbox of which only our link to its namespace has gone', async ({ lab }) => {
    const host = await lab.open();
    await host.attach({ pid: await lab.process(), name: 'web' });
    unlinkSync('/run/netns/web');
    expect(await host.gc()).toEqual(nothing);
    await host.detach('web');
  });

  test('links of others, and such as bear the mark of another run directory', async ({ lab }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'web' });
    makeLink(lab, 'own0', 'uplink');
    makeLink(lab, 'own1', `netplumb sandbox ${stranger} web /run/other`);
    makeLink(lab, 'own2', `netplumb sandbox ${stranger} web ${lab.runDir}/other`);
    expect(await host.gc()).toEqual(nothing);
    await host.detach('web');
    expect(lab.linkNames().filter((name) => name.startsWith('own'))).toHaveLength(6);
  });

  test('files under /run/netns that lead somewhere, or are no links', async ({ lab }) => {
    const host = await lab.open();
    symlinkSync(lab.namespace().path, '/run/netns/alive');
    symlinkSync('/run/netns/circle', '/run/netns/circle');
    writeFileSync('/run/netns/file', '');
    expect(await host.gc()).toEqual(nothing);
    for (const name of ['alive', 'circle', 'file']) {
      rmSync(`/run/netns/${name}`);
    }
  });
});

describe('gc removes what no sandbox owns', () => {
  test('links with our mark that stand in no record', async ({ lab }) => {
    const host = await lab.open();
    for (const name of ['own0', 'own1', 'own2']) {
      makeLink(lab, name, `netplumb sandbox ${stranger} web ${lab.runDir}`);
    }
    expect(await host.gc()).toEqual({ ...nothing, links: expect.arrayContaining(['own0', 'own1', 'own2']) });
    expect(lab.links()).toEqual([]);
  });

  test('links under /run/netns to namespaces that are gone, whoever made them', async ({ lab }) => {
    const host = await lab.open();
    symlinkSync('/proc/4194304/ns/net', '/run/netns/dangling');
    expect(await host.gc()).toEqual({ ...nothing, files: ['/run/netns/dangling'] });
    expect(existsSync('/run/netns/dangling')).toBe(false);
  });
});

describe('a bridge that was deleted under its sandboxes', () => {
  test('is missed by the next attach, which makes nothing, and gc puts it back with all its ports', async ({ lab }) => {
    const host = await lab.open();
    await host.attachAll(['web', 'api', 'db'].map((name) => ({ create: true, name })));
    const before = lab.links()[0];
    const records = await lab.records();
    lab.netns.run('ip', 'link', 'del', 'netplumb0');
    await expect(host.attach({ create: true, name: 'late' })).rejects.toEqual(failure('ENOBRIDGE', /"netplumb0"/));
    expect([lab.ends().length, lab.files(), await lab.records()]).toEqual([3, ['api', 'db', 'web'], records]);
    const { restored, ...rest } = await host.gc();
    expect([...restored].sort()).toEqual(['api', 'db', 'netplumb0', 'web']);
    expect({ ...rest, restored: [] }).toEqual(nothing);
    expect(lab.links().find(({ ifname }) => ifname === 'netplumb0')).toMatchObject({
      address: before?.address,
      mtu: before?.mtu,
      ifalias: before?.ifalias,
    });
    for (const name of ['web', 'api', 'db']) {
      ping(name, '172.17.0.1');
      ping(name, '172.17.0.2');
    }
    expect(await host.gc()).toEqual(nothing);
    await host.attach({ create: true, name: 'late' });
    ping('late', '172.17.0.2');
    await host.detachAll(['web', 'api', 'db', 'late']);
  });

  test("and was put back by another process, is found by this one's next attach but one", async ({ lab }) => {
    const [one, other] = [await lab.open(), await lab.open()];
    await one.attach({ create: true, name: 'web' });
    lab.netns.run('ip', 'link', 'del', 'netplumb0');
    expect((await other.gc()).restored).toEqual(['netplumb0', 'web']);
    await expect(one.attach({ create: true, name: 'late' })).rejects.toEqual(failure('ENOBRIDGE'));
    await one.attach({ create: true, name: 'late' });
    ping('late', '172.17.0.2');
    await one.detachAll(['web', 'late']);
  });

  test('a port that was taken off the bridge goes back onto it', async ({ lab }) => {
    const host = await lab.open();
    const { hostInterface } = endpointOf(await host.attach({ create: true, name: 'web' }));
    lab.netns.run('ip', 'link', 'set', hostInterface, 'nomaster');
    expect(() => ping('web', '172.17.0.1')).toThrow();
    expect(await host.gc()).toEqual({ ...nothing, restored: ['web'] });
    ping('web', '172.17.0.1');
    await host.detach('web');
  });
});

/** A link with an alias; a second one, its other end, without. */
function makeLink({ netns }: Lab, name: string, alias: string): void {
  netns.run('ip', 'link', 'add', name, 'type', 'veth', 'peer', `${name}p`);
  netns.run('ip', 'link', 'set', name, 'alias', alias);
}

/** Kills a process of the lab and waits until it is gone. */
async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
}

function raise(): never {
  throw new Error('no such result');
}
