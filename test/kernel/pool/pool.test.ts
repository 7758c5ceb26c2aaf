import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import type { Host, HostEvent, Pool } from '../../../src/index.js';
import { run } from '../../support/netns.js';
import { endpointOf, failure, type Lab, ping, runIn, test } from '../host/lab.js';

/** A network of the lab's own, and a pool for it that is full. */
async function filled(host: Host, options: Partial<Parameters<Host['pool']>[1]> = {}): Promise<Pool> {
  await host.networks.create({ name: 'web', subnet: '10.10.0.0/16' });
  const pool = host.pool('web', { size: 3, refill: false, ...options });
  expect(await pool.fill()).toBe(options.size ?? 3);
  return pool;
}

/** Takes everything away again, networks with it. */
async function clear(host: Host): Promise<void> {
  await host.detachAll(host.sandboxes().map(({ id }) => id));
  for (const { network } of host.pools()) {
    await host.drainPools(network);
  }
  await host.networks.prune();
}

/** Runs attach-like work in a process that is killed in the end: fills a pool of `web` and says so. */
function fillAndDie(lab: Lab, options: object): void {
  const program = fileURLToPath(new URL('fill-child.ts', import.meta.url));
  const own = JSON.stringify({ netns: lab.netns.path, ...lab.directories() });
  expect(() => execFileSync(process.execPath, ['--import', 'tsx', program, own, JSON.stringify(options)])).toThrow(
    expect.objectContaining({ signal: 'SIGKILL' }),
  );
}

describe('what is taken', () => {
  test('is on its network at once, has the name that was asked for, and its namespace the file that it had', async ({
    lab,
  }) => {
    const host = await lab.open();
    const pool = await filled(host);
    const web = await pool.take({ name: 'web1', hostname: 'web.lab' });
    const other = await pool.take();
    expect(web).toMatchObject({ source: 'pool', name: 'web1', hostname: 'web.lab', mode: 'network' });
    expect(web.netns).toBe(`/run/netns/${web.sandbox.slice(0, 12)}`);
    expect(other.name).toBe(other.sandbox.slice(0, 12));
    run('nsenter', `--net=${web.netns}`, 'ping', '-q', '-c', '1', '-W', '0.9', endpointOf(other).address);
    ping(other.name, endpointOf(web).gateway);
    expect(host.inspect('web1')).toMatchObject({ id: web.sandbox, state: 'ready', endpoint: web.endpoint });
    expect(pool.size).toBe(1);
    await host.detach('web1');
    expect(lab.files()).toHaveLength(2);
    await pool.close();
    expect(lab.files()).toEqual([other.name]);
    await clear(host);
  });

  test('is found by its name, its aliases and those who link to it, and not before', async ({ lab }) => {
    const host = await lab.open();
    const pool = await filled(host);
    const asker = await host.attach({ create: true, name: 'asker', network: 'web', files: true });
    const [entry = ''] = lab.files().filter((name) => name !== 'asker');
    const lookUp = (name: string) => dig(asker.name, endpointOf(asker).gateway, name);
    expect(lookUp(entry)).toBe('');
    const taken = await pool.take({ name: 'db', networkAliases: ['database'], env: ['A=1'], expose: ['5432'] });
    expect([lookUp('db'), lookUp('database')]).toEqual(Array(2).fill(endpointOf(taken).address));
    expect(taken).toMatchObject({ environment: ['A=1'], exposed: [{ protocol: 'tcp', port: 5432 }] });
    const client = await pool.take({ name: 'client', links: ['db'], files: true });
    expect(client.links).toEqual([{ name: 'db', alias: 'db' }]);
    expect(run('cat', client.files?.hosts ?? '')).toContain(`${endpointOf(taken).address}\tdb`);
    await clear(host);
  });

  test('has the ports that were published ahead, and more if it asks', async ({ lab }) => {
    const host = await lab.open();
    const pool = await filled(host, { publish: ['80'], expose: ['9000'] });
    const before = lab.elements();
    expect(before.filter((text) => text.startsWith('all_ports4') || text.startsWith('host_ports4'))).toHaveLength(3);
    const plain = await pool.take();
    expect(lab.elements()).toEqual(before);
    const [port] = plain.ports;
    expect(port).toMatchObject({ protocol: 'tcp', port: 80, hostPort: expect.any(Number) });
    expect(plain.exposed).toEqual([{ protocol: 'tcp', port: 9000 }]);
    expect(lab.elements().join()).toContain(`${port?.hostPort} : ${endpointOf(plain).address} . 80`);
    const more = await pool.take({ publish: ['8080:81', '53/udp'] });
    expect(more.ports.map(({ port }) => port)).toEqual([80, 81, 53]);
    expect(lab.elements().join()).toContain(`tcp . 8080 : ${endpointOf(more).address} . 81`);
    await expect(pool.take({ publish: ['8080:1'] })).rejects.toEqual(failure('EPORTTAKEN'));
    expect(pool.size).toBe(1);
    await clear(host);
  });

  test('is refused without being used up', async ({ lab }) => {
    const host = await lab.open();
    const pool = await filled(host);
    await pool.take({ name: 'taken' });
    const records = await lab.records();
    await expect(pool.take({ name: 'taken' })).rejects.toEqual(failure('ENAMEINUSE'));
    await expect(pool.take({ links: ['nobody'] })).rejects.toEqual(failure('ENOSANDBOX'));
    await expect(pool.take({ ip: '10.10.0.9' } as object)).rejects.toEqual(failure('EBADOPTION', /complete/));
    const aborted = AbortSignal.abort();
    await expect(pool.take({}, { signal: aborted })).rejects.toEqual(failure('EABORTED'));
    expect(await lab.records()).toEqual(records);
    expect(pool.size).toBe(2);
    await clear(host);
  });

  test('is built when nothing is left, and says so', async ({ lab }) => {
    const host = await lab.open();
    const pool = await filled(host, { size: 1, publish: ['80'] });
    const all = await Promise.all([pool.take(), pool.take({ name: 'second' }), pool.take()]);
    expect(all.map(({ source }) => source).sort()).toEqual(['built', 'built', 'pool']);
    expect(all.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual([80, 80, 80]);
    expect(new Set(all.map((one) => endpointOf(one).address)).size).toBe(3);
    expect(await host.take('web')).toMatchObject({ source: 'built', ports: [] });
    await clear(host);
  });
});

describe('nobody knows of what waits', () => {
  test('no list, no name, no event; its network is in use by its pool', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: '10.10.0.0/16' });
    const told: HostEvent[] = [];
    const events = host.events({ types: ['sandbox', 'endpoint'] });
    const listening = (async () => {
      for await (const event of events) {
        told.push(event);
        if (event.type === 'sandbox' && event.action === 'detached') {
          break;
        }
      }
    })();
    const pool = host.pool('web', { size: 2, refill: false });
    await pool.fill();
    const [entry = ''] = lab.files();
    expect(host.sandboxes()).toEqual([]);
    expect(() => host.inspect(entry)).toThrow(failure('ENOSANDBOX'));
    expect((await host.networks.inspect('web')).endpoints).toEqual([]);
    expect(host.pools()).toMatchObject([{ network: 'web', size: 2, publish: [], expose: [] }]);
    await expect(host.networks.remove('web')).rejects.toMatchObject({
      code: 'ENETWORKINUSE',
      message: expect.stringContaining('its pool'),
      hint: expect.stringContaining('pool drain web'),
    });
    const { sandbox } = await pool.take({ name: 'web1' });
    await pool.drain();
    await host.detach('web1');
    await listening;
    const seen = told.map((event) => [event.type, 'action' in event ? event.action : '']);
    expect(seen).toEqual([
      ['sandbox', 'attached'],
      ['endpoint', 'connected'],
      ['endpoint', 'disconnected'],
      ['sandbox', 'detached'],
    ]);
    expect(told[0]).toMatchObject({ id: sandbox, name: 'web1' });
    await clear(host);
  });
});

describe('what waits', () => {
  test('ends with its pool, or outlives it', async ({ lab }) => {
    const host = await lab.open();
    const bound = await filled(host, { size: 2 });
    const lasting = host.pool('web', { size: 4, bound: false });
    expect(await lasting.fill()).toBe(4);
    await bound.close();
    expect(lasting.size).toBe(2);
    await expect(bound.take()).rejects.toEqual(failure('EPOOLCLOSED'));
    await host.close();
    const second = await lab.open();
    expect(await second.gc()).toMatchObject({ sandboxes: [], errors: [] });
    const taken = await second.take('web', { name: 'web1' });
    expect(taken.source).toBe('pool');
    ping(taken.netns?.split('/').at(-1) ?? '', endpointOf(taken).gateway);
    await clear(second);
  });

  test('is not given out when its namespace is gone, and gc removes it', async ({ lab }) => {
    const host = await lab.open();
    const pool = await filled(host, { size: 2 });
    const [first = '', second = ''] = lab.files();
    run('ip', 'netns', 'del', first);
    const taken = await pool.take();
    expect(taken).toMatchObject({ source: 'pool', name: second });
    expect(await pool.take()).toMatchObject({ source: 'built' });
    expect((await host.gc()).errors).toEqual([]);
    expect(lab.files()).not.toContain(first);
    await clear(host);
  });

  test('of a process that has died is taken, taken over, or removed by gc', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'web', subnet: '10.10.0.0/16' });
    fillAndDie(lab, { size: 3 });
    expect(await host.take('web')).toMatchObject({ source: 'pool' });
    const pool = host.pool('web', { size: 3, refill: false });
    expect(await pool.fill()).toBe(3);
    expect((await host.gc()).sandboxes).toEqual([]);
    fillAndDie(lab, { size: 5 });
    expect(pool.size).toBe(5);
    expect((await host.gc()).sandboxes).toHaveLength(2);
    expect(pool.size).toBe(3);
    // Nobody has held these ports since: they are not handed on.
    fillAndDie(lab, { size: 2, publish: ['80'] });
    const published = host.pool('web', { size: 1, publish: ['80'], refill: false });
    expect(published.size).toBe(0);
    expect(await published.fill()).toBe(1);
    await clear(host);
  });

  test('is built again in the background until there is enough', async ({ lab }) => {
    const host = await lab.open();
    const pool = await filled(host, { size: 12, refill: true });
    await Promise.all(Array.from({ length: 5 }, () => pool.take()));
    expect(pool.size).toBe(7);
    await expect.poll(() => pool.size, { timeout: 20_000 }).toBe(12);
    expect(pool.problem).toBeUndefined();
    expect(await pool.drain()).toBe(12);
    await pool.take();
    expect(pool.size).toBe(0);
    await clear(host);
  });

  test('gets its place back when somebody has deleted the bridge', async ({ lab }) => {
    const host = await lab.open();
    const pool = await filled(host, { size: 1 });
    const { interface: bridge = '' } = await host.networks.inspect('web');
    lab.netns.run('ip', 'link', 'del', bridge);
    expect((await host.gc()).restored).toContain(bridge);
    const taken = await pool.take();
    ping(taken.name, endpointOf(taken).gateway);
    await clear(host);
  });
});

/** What the name server at an address answers to somebody in a sandbox. */
function dig(sandbox: string, server: string, name: string): string {
  return runIn(sandbox, 'dig', '+short', '+tries=2', '+time=2', `@${server}`, name, 'A').trim();
}
