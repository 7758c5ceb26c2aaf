import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { EventsOptions, Host, HostEvent } from '../../../src/index.js';
import { run } from '../../support/netns.js';
import { failure, type Lab, test } from './lab.js';

/** Somebody who reads events all the time. */
class Listener {
  readonly told: HostEvent[] = [];
  readonly ended: Promise<unknown>;

  constructor(events: AsyncIterable<HostEvent>) {
    this.ended = this.#listen(events);
  }

  async #listen(events: AsyncIterable<HostEvent>): Promise<void> {
    for await (const event of events) {
      this.told.push(event);
    }
  }

  /** What was told of these types since it was last asked, once there are so many. */
  async take(count: number, ...types: HostEvent['type'][]): Promise<HostEvent[]> {
    const found = () => this.told.filter(({ type }) => types.includes(type));
    await expect.poll(() => found().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
    const taken = found();
    this.told.length = 0;
    return taken;
  }
}

const records = ['sandbox', 'network', 'endpoint'] as const;
const told = (event: Record<string, unknown>) => expect.objectContaining({ time: expect.any(Number), ...event });
const like = (object: Record<string, unknown>) => expect.objectContaining(object);

/** A host with its default network there already, a second who has it open too, and somebody who listens to the first. */
async function listening(lab: Lab, options: EventsOptions = {}): Promise<{ host: Host; other: Host; all: Listener }> {
  const [host, other] = [await lab.open(), await lab.open()];
  await other.attach({ create: true, name: 'first', network: 'bridge' });
  await other.detach('first');
  return { host, other, all: new Listener(host.events(options)) };
}

/**
 * Waits until what happens to links is told. Only what one host does itself comes after the call that begins to listen: another
 * may be faster.
 */
async function heardOf(lab: Lab, all: Listener): Promise<void> {
  onHost(lab, 'link', 'add', 'probe', 'type', 'bridge');
  let mtu = 1400;
  const change = () => {
    onHost(lab, 'link', 'set', 'probe', 'mtu', String(mtu++));
    return all.told;
  };
  await expect.poll(change).toContainEqual(told({ link: like({ name: 'probe' }) }));
  onHost(lab, 'link', 'del', 'probe');
}

function onHost(lab: Lab, ...args: string[]): void {
  run('ip', '-n', lab.netns.name, ...args);
}

describe('events of records', () => {
  test('tell what another does to sandboxes, networks and endpoints, in order', async ({ lab }) => {
    const { other, all } = await listening(lab, { types: records });
    const started = Date.now();
    const web = await other.attach({ create: true, name: 'web' });
    const sandbox = { id: web.sandbox, name: 'web' };
    const [endpoint] = web.endpoints;
    const network = { id: endpoint?.network, name: 'bridge' };
    const attached = await all.take(2, ...records);
    expect(attached).toEqual([
      told({ type: 'sandbox', action: 'attached', ...sandbox, mode: 'bridge', endpoints: [endpoint] }),
      told({ type: 'endpoint', action: 'connected', sandbox, network, endpoint }),
    ]);
    expect(attached.every(({ time }) => time >= started && time <= Date.now())).toBe(true);

    const { id } = await other.networks.create({ name: 'back', subnet: '10.9.0.0/24' });
    const second = await other.networks.connect('back', 'web');
    await other.networks.disconnect('back', 'web');
    await other.networks.remove('back');
    const back = { id, name: 'back' };
    expect(await all.take(4, ...records)).toEqual([
      told({ type: 'network', action: 'created', ...back, driver: 'bridge' }),
      told({ type: 'endpoint', action: 'connected', sandbox, network: back, endpoint: second }),
      told({ type: 'endpoint', action: 'disconnected', sandbox, network: back, endpoint: second }),
      told({ type: 'network', action: 'removed', ...back, driver: 'bridge' }),
    ]);

    await other.detach('web');
    expect(await all.take(2, ...records)).toEqual([
      told({ type: 'endpoint', action: 'disconnected', sandbox, network, endpoint }),
      told({ type: 'sandbox', action: 'detached', ...sandbox, mode: 'bridge', endpoints: [endpoint] }),
    ]);
  });

  test('leave out what failed, and tell of a sandbox without a namespace of its own', async ({ lab }) => {
    const { other, all } = await listening(lab, { types: records });
    await expect(other.attach({ pid: 2 ** 22 - 1, name: 'none' })).rejects.toThrow();
    await expect(other.attach({ create: true, name: 'far', ip: '9.9.9.9' })).rejects.toThrow();
    await other.attach({ name: 'here', network: 'host' });
    await other.detach('here');
    expect(await all.take(2, ...records)).toEqual([
      told({ type: 'sandbox', action: 'attached', name: 'here', mode: 'host', endpoints: [] }),
      told({ type: 'sandbox', action: 'detached', name: 'here', mode: 'host', endpoints: [] }),
    ]);
  });

  test('tell of a hundred attached at once, each once, to all who listen', async ({ lab }) => {
    const { host, other, all } = await listening(lab, { types: ['sandbox'] });
    const late = new Listener(host.events({ types: ['endpoint'] }));
    const names = Array.from({ length: 100 }, (_, i) => `web-${i}`);
    const results = await other.attachAll(names.map((name) => ({ create: true, name })));
    expect(results.filter(({ error }) => error)).toEqual([]);
    await other.detachAll(names);
    const sandboxes = await all.take(200, 'sandbox');
    const [attached, detached] = ['attached', 'detached'].map((action) =>
      sandboxes.flatMap((event) => (event.type === 'sandbox' && event.action === action ? event.name : [])).sort(),
    );
    expect(attached).toEqual([...names].sort());
    expect(detached).toEqual(attached);
    expect(await late.take(200, 'endpoint')).toHaveLength(200);
  });

  test('tell of a link between two sandboxes, and of its end with one of them', async ({ lab }) => {
    const { other, all } = await listening(lab, { types: ['endpoint'] });
    const [web, db] = [
      await other.attach({ create: true, name: 'web', network: 'none' }),
      await other.attach({ create: true, name: 'db', network: 'none' }),
    ].map(({ sandbox: id, name }) => ({ id, name }));
    const ends = [
      { sandbox: web, peer: db },
      { sandbox: db, peer: web },
    ];
    await other.link('web', 'db');
    const connected = await all.take(2, 'endpoint');
    expect(connected).toEqual(expect.arrayContaining(ends.map((end) => told({ action: 'connected', ...end }))));
    await other.detach('web');
    const disconnected = await all.take(2, 'endpoint');
    expect(disconnected).toEqual([
      told({ action: 'disconnected', sandbox: db }),
      told({ action: 'disconnected', sandbox: web, peer: db }),
    ]);
    await other.detach('db');
  });

  test('tell when gc removes a sandbox that died', async ({ lab }) => {
    const { other, all } = await listening(lab, { types: ['sandbox', 'link'] });
    const { sandbox: id } = await other.attach({ create: true, name: 'web' });
    await all.take(1, 'sandbox');
    run('ip', 'netns', 'del', 'web');
    const sandbox = { id, name: 'web' };
    await expect.poll(() => all.told).toContainEqual(told({ type: 'link', action: 'deleted', sandbox }));
    await other.gc();
    expect(await all.take(1, 'sandbox')).toEqual([told({ type: 'sandbox', action: 'detached', ...sandbox })]);
  });
});

describe('events of the kernel', () => {
  test('tell of links, and whose they are', async ({ lab }) => {
    const { other, all } = await listening(lab, { types: ['link'] });
    await heardOf(lab, all);
    const { sandbox: id, endpoints } = await other.attach({ create: true, name: 'web' });
    const name = endpoints[0]?.hostInterface;
    await other.detach('web');
    await expect.poll(() => all.told).toContainEqual(told({ action: 'deleted', link: like({ name }) }));
    const own = all.told.filter((event) => event.type === 'link' && event.link.name === name);
    expect(own[0]).toEqual(told({ action: 'created', link: like({ name, kind: 'veth', state: 'down', mtu: 1500 }) }));
    const sandbox = { id, name: 'web' };
    const changed = told({
      action: 'changed',
      sandbox,
      changed: expect.arrayContaining(['master']),
      link: like({ name, master: 'netplumb0' }),
    });
    expect(own).toContainEqual(changed);
    expect(own.at(-1)).toEqual(told({ action: 'deleted', sandbox, link: like({ name }) }));
    // Each says something new.
    expect(
      own.filter((event) => event.type === 'link' && event.action === 'changed' && !event.changed?.length),
    ).toEqual([]);
  });

  test('tell of what others do: links, addresses, routes', async ({ lab }) => {
    const { all } = await listening(lab);
    const ip = (...args: string[]) => onHost(lab, ...args);
    ip('link', 'add', 'br1', 'type', 'bridge');
    ip('address', 'add', '10.1.0.1/24', 'dev', 'br1');
    ip('link', 'set', 'br1', 'mtu', '1400', 'up');
    ip('route', 'add', '10.2.0.0/16', 'via', '10.1.0.2');
    ip('route', 'add', 'blackhole', '10.3.0.0/16', 'metric', '7', 'table', '100');
    ip('route', 'add', 'default', 'nexthop', 'via', '10.1.0.3', 'nexthop', 'via', '10.1.0.4');
    ip('link', 'set', 'br1', 'down');
    ip('link', 'set', 'br1', 'name', 'br2');
    ip('link', 'del', 'br2');
    await expect.poll(() => all.told).toContainEqual(told({ action: 'deleted', link: like({ name: 'br2' }) }));
    const links = await all.told.filter((event) => event.type === 'link');
    const { index } = (links[0] as { link: { index: number } }).link;
    const way = { index, interface: 'br1' };
    for (const event of [
      { type: 'link', action: 'created', link: like({ index, name: 'br1', kind: 'bridge', state: 'down' }) },
      { type: 'link', action: 'changed', changed: ['mtu'], link: like({ mtu: 1400 }) },
      { type: 'link', action: 'changed', changed: ['name'], link: like({ index, name: 'br2' }) },
      { type: 'address', action: 'added', address: '10.1.0.1/24', family: 4, index, interface: 'br1' },
      { type: 'address', action: 'removed', address: '10.1.0.1/24', family: 4, index, interface: 'br2' },
      { type: 'route', action: 'added', destination: '10.1.0.0/24', kind: 'unicast', table: 254, hops: [way] },
      { type: 'route', action: 'added', destination: '10.2.0.0/16', hops: [{ gateway: '10.1.0.2', ...way }] },
      {
        type: 'route',
        action: 'added',
        destination: '10.3.0.0/16',
        kind: 'blackhole',
        table: 100,
        metric: 7,
        hops: [],
      },
      {
        type: 'route',
        action: 'added',
        destination: 'default',
        hops: [
          { gateway: '10.1.0.3', ...way },
          { gateway: '10.1.0.4', ...way },
        ],
      },
    ]) {
      expect(all.told).toContainEqual(told(event));
    }
    expect(all.told.some((event) => event.type === 'route' && event.table === 255)).toBe(false);
  });

  test('tell who is on a network whose bridge was deleted, and when it is back', async ({ lab }) => {
    const { other, all } = await listening(lab, { types: ['network'] });
    const one = await other.attach({ create: true, name: 'one' });
    const two = await other.attach({ create: true, name: 'two' });
    await other.attach({ create: true, name: 'apart', network: 'none' });
    onHost(lab, 'link', 'del', 'netplumb0');
    const sandboxes = [
      { id: one.sandbox, name: 'one' },
      { id: two.sandbox, name: 'two' },
    ];
    const network = { type: 'network', name: 'bridge', driver: 'bridge', interface: 'netplumb0', sandboxes };
    const [damaged] = await all.take(1, 'network');
    expect(damaged).toEqual(told({ ...network, action: 'damaged', sandboxes: expect.arrayContaining(sandboxes) }));
    expect(damaged).toHaveProperty('sandboxes.length', 2);
    await other.gc();
    expect(await all.take(1, 'network')).toEqual([told({ action: 'restored', interface: 'netplumb0' })]);
    await other.detachAll(['one', 'two', 'apart']);
  });

  test('do not take the end of a network for damage', async ({ lab }) => {
    const { other, all } = await listening(lab, { types: ['network', 'link'] });
    await other.networks.create({ name: 'back', subnet: '10.9.0.0/24' });
    await other.networks.remove('back');
    await expect.poll(() => all.told).toContainEqual(told({ type: 'network', action: 'removed' }));
    onHost(lab, 'link', 'add', 'later', 'type', 'bridge');
    await expect.poll(() => all.told).toContainEqual(told({ action: 'created', link: like({ name: 'later' }) }));
    expect(all.told).toContainEqual(told({ type: 'link', action: 'deleted' }));
    expect(all.told).not.toContainEqual(told({ action: 'damaged' }));
  });

  test('tell of a bridge that is not ours when it goes under a network', async ({ lab }) => {
    onHost(lab, 'link', 'add', 'br9', 'type', 'bridge');
    onHost(lab, 'address', 'add', '10.9.0.1/24', 'dev', 'br9');
    onHost(lab, 'link', 'set', 'br9', 'up');
    const host = await lab.open({ bridge: 'br9' });
    const all = new Listener(host.events({ types: ['network'] }));
    await host.attach({ create: true, name: 'web' });
    await all.take(1, 'network');
    onHost(lab, 'link', 'del', 'br9');
    const event = { action: 'damaged', name: 'bridge', interface: 'br9', sandboxes: [like({ name: 'web' })] };
    expect(await all.take(1, 'network')).toEqual([told(event)]);
    await host.detach('web');
  });
});

describe('a listener', () => {
  test('is told of the types that it wants, and that a type is none', async ({ lab }) => {
    const { host, other, all } = await listening(lab, { types: ['address', 'endpoint'] });
    await other.attach({ create: true, name: 'web' });
    onHost(lab, 'address', 'add', '10.1.0.1/24', 'dev', 'netplumb0');
    await other.detach('web');
    await expect.poll(() => all.told.map(({ type }) => type).sort()).toEqual(['address', 'endpoint', 'endpoint']);
    const types = ['sandboxes'] as unknown as ['sandbox'];
    expect(() => host.events({ types })).toThrow(expect.objectContaining({ code: 'EBADOPTION' }));
  });

  test('that leaves the loop leaves nothing behind, whatever it waits for', async ({ lab }) => {
    const { host, other } = await listening(lab);
    const descriptors = () => readdirSync('/proc/self/fd').length;
    let before = 0;
    for (let i = 0; i < 20; i++) {
      // The first round also opens what is kept.
      before = i === 1 ? descriptors() : before;
      const events = host.events();
      const waiting = events.next();
      await other.attach({ create: true, name: 'web' });
      expect((await waiting).done).toBeFalsy();
      await other.detach('web');
      for await (const event of events) {
        expect(event.type).toBeDefined();
        break;
      }
      expect(await events.next()).toEqual({ done: true, value: undefined });
    }
    // Fewer when the host has ceased to follow its ranges meanwhile.
    await expect.poll(descriptors).toBeLessThanOrEqual(before);
  });

  test('that is interrupted, by whomever, is told no more', async ({ lab }) => {
    const { host, all } = await listening(lab);
    const controller = new AbortController();
    const interrupted = new Listener(host.events({ signal: controller.signal }));
    controller.abort();
    await interrupted.ended;
    const never = new Listener(host.events({ signal: AbortSignal.abort() }));
    await never.ended;
    const returning = host.events();
    const waiting = [returning.next(), returning.next()];
    await returning.return();
    expect(await Promise.all(waiting)).toEqual([like({ done: true }), like({ done: true })]);
    await host.close();
    await all.ended;
    expect(() => host.events()).toThrow(failure('ECLOSED') as Error);
  });

  test('that never listened keeps nobody from closing', async ({ lab }) => {
    const { host, other } = await listening(lab);
    host.events();
    await other.attach({ create: true, name: 'web' });
    await other.detach('web');
    await host.close();
  });

  test('that is too slow for the kernel is told so, and what has become of links', async ({ lab }) => {
    const { host, other } = await listening(lab, { types: [] });
    await other.attach({ create: true, name: 'web' });
    onHost(lab, 'link', 'add', 'br1', 'type', 'bridge');
    const events = host.events({ types: ['link', 'network'] });
    const first = events.next();
    onHost(lab, 'link', 'add', 'br2', 'type', 'bridge');
    expect(await first).toMatchObject({ value: { action: 'created', link: { name: 'br2' } } });
    onHost(lab, 'link', 'del', 'br1');
    onHost(lab, 'link', 'del', 'netplumb0');
    onHost(lab, 'link', 'add', 'br3', 'type', 'bridge');
    const flood = Array.from({ length: 9000 }, (_, i) => `link set br2 mtu ${1400 + (i % 2)}`).join('\n');
    const file = join(lab.directory, 'flood');
    writeFileSync(file, flood);
    onHost(lab, '-batch', file);
    const all = new Listener(events);
    await expect.poll(() => all.told).toContainEqual(told({ type: 'lost', of: 'kernel' }));
    for (const event of [
      { type: 'link', action: 'deleted', link: like({ name: 'br1' }) },
      { type: 'link', action: 'created', link: like({ name: 'br3' }) },
      { type: 'network', action: 'damaged', sandboxes: [like({ name: 'web' })] },
    ]) {
      await expect.poll(() => all.told).toContainEqual(told(event));
    }
    await other.detach('web');
  });
});
