import { existsSync, readdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import {
  Connection,
  deleteLink,
  getLink,
  type Link,
  listLinks,
  newLink,
  type Plan,
  type Request,
  setLink,
} from '../../../src/netlink/index.js';
import { expectNothingLeft, holdings } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';

expectNothingLeft();

const bridge = (name: string) => newLink({ name, info: { kind: 'bridge' } });

describe('many requests at once', () => {
  test('are each answered, also those beside one that is refused', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    const requests = Array.from({ length: 300 }, (_, i) =>
      i % 3 === 0 ? getLink({ name: 'lo' }) : getLink({ name: i % 3 === 1 ? 'nobody' : 'lo' }),
    );
    const answers = await rtnl.requestAll<Link | undefined>(requests);
    answers.forEach(({ error, body }, i) => {
      expect(i % 3 === 1 ? error?.code : body?.name).toBe(i % 3 === 1 ? 'ENODEV' : 'lo');
    });
  });

  test('of several callers come back to their callers', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    const names = Array.from({ length: 50 }, (_, i) => `br${i}`);
    await Promise.all(names.map((name) => rtnl.request(bridge(name))));
    const links = await Promise.all(names.map((name) => rtnl.request(getLink({ name }))));
    expect(links.map(({ name }) => name)).toEqual(names);
  });
});

describe('a refusal', () => {
  test('carries the kernel’s words, the request and what it was about', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    await expect(
      rtnl.request(newLink({ name: 'br0', mtu: 5, info: { kind: 'bridge' } }), { object: 'br0' }),
    ).rejects.toMatchObject({
      code: 'EINVAL',
      operation: 'RTM_NEWLINK',
      object: 'br0',
      kernelMessage: 'mtu less than device minimum',
    });
    await expect(rtnl.request(newLink({ name: 'x0', info: { kind: 'nonesuch' } }))).rejects.toMatchObject({
      code: 'EOPNOTSUPP',
      kernelMessage: 'Unknown device type',
    });
  });
});

describe('plans', () => {
  const plan = (...requests: Request[]): Plan => ({
    sandbox: { create: true },
    pin: '/run/netns/planned',
    sysctls: [],
    steps: [{ name: 'link', inside: false, requests, undo: [] }],
  });

  test('of which a message cannot be written are refused before anything of them is made', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    const attempt = (wrong: Request) => rtnl.carryOut([plan(bridge('br0')), plan(wrong)]);
    await expect(attempt(newLink({ name: 'br1', mtu: -1 }))).rejects.toMatchObject({
      code: 'EBADREQUEST',
      operation: 'RTM_NEWLINK',
      attribute: 'mtu',
    });
    const wide = newLink({ info: { kind: 'bridge', data: { multicastQueryInterval: 1n } } });
    await expect(attempt(wide)).rejects.toThrow(TypeError);
    await expect(attempt(newLink({ info: { kind: 'bridge', data: new Uint8Array(1) } }))).rejects.toMatchObject({
      code: 'EBADREQUEST',
    });
    expect((await rtnl.list(listLinks())).map(({ name }) => name)).toEqual(['lo']);
    expect(existsSync('/run/netns/planned')).toBe(false);
  });
});

describe('a listing', () => {
  test('is never a partial one, however much changes meanwhile', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    await using other = await Connection.open({ name: netns.name });
    const lasting = Array.from({ length: 200 }, (_, i) => `last${i}`);
    await rtnl.requestAll(lasting.map(bridge));
    let isOver = false;
    const churn = (async () => {
      while (!isOver) {
        await other.requestAll(
          Array.from({ length: 8 }, (_, i) => setLink({ name: `last${i}`, alias: `${Math.random()}` })),
        );
        await other.requestAll([bridge('brief')]);
        await other.requestAll([deleteLink({ name: 'brief' })]);
      }
    })();
    for (let round = 0; round < 40; round++) {
      const names = new Set((await rtnl.list(listLinks())).map(({ name }) => name));
      expect(lasting.filter((name) => !names.has(name))).toEqual([]);
    }
    isOver = true;
    await churn;
  });
});

describe('a subscription', () => {
  test('tells of what was made, changed and removed, in order', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    const events = rtnl.subscribe(['link', 'address']);
    await rtnl.request(bridge('br0'));
    netns.run('ip', 'address', 'add', '10.0.0.1/24', 'dev', 'br0');
    await rtnl.request(deleteLink({ name: 'br0' }));
    const told: string[] = [];
    for await (const event of events) {
      if (event.type === 'lost') {
        throw new Error('lost');
      }
      told.push(`${event.type} ${event.action}`);
      if (event.type === 'link' && event.action === 'del') {
        expect(event.object.name).toBe('br0');
        break;
      }
    }
    expect(told).toEqual(expect.arrayContaining(['link new', 'address new', 'address del', 'link del']));
    expect(told.indexOf('link new')).toBeLessThan(told.indexOf('address new'));
  });

  test('that is not read fast enough says that it lost some, and goes on', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    await rtnl.request(bridge('br0'));
    const events = rtnl.subscribe(['link'], { capacity: 4 });
    await rtnl.requestAll(Array.from({ length: 50 }, (_, i) => setLink({ name: 'br0', mtu: 1000 + i })));
    await rtnl.request(setLink({ name: 'br0', alias: 'the last' }));
    const types: string[] = [];
    for await (const event of events) {
      types.push(event.type);
      if (event.type === 'lost') {
        break;
      }
    }
    expect(types).toContain('lost');
  });

  test('ends by its signal, and with its connection', async () => {
    using netns = new TestNetns();
    const rtnl = await Connection.open({ name: netns.name });
    const abort = new AbortController();
    const first = rtnl.subscribe(['route'], { signal: abort.signal });
    const second = rtnl.subscribe(['route']);
    abort.abort();
    expect(await first.next()).toMatchObject({ done: true });
    const waiting = second.next();
    await rtnl.close();
    expect(await waiting).toMatchObject({ done: true });
  });
});

describe('the end of a subscription', () => {
  test('comes when its sockets are closed, whoever ends it', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const before = descriptors();
    for (let i = 0; i < 200; i++) {
      const abort = new AbortController();
      const aborted = rtnl.subscribe(['link'], { signal: abort.signal });
      const left = rtnl.subscribe(['link', 'ruleset']);
      // They are open.
      await rtnl.request(getLink({ name: 'lo' }));
      abort.abort();
      await expect(aborted.next()).resolves.toMatchObject({ done: true });
      await left.return();
      expect(descriptors()).toBe(before);
    }
  });
});

describe('a connection', () => {
  test('that is closed answers or refuses what was asked before, and refuses the rest with ECLOSED', async () => {
    using netns = new TestNetns();
    const rtnl = await Connection.open({ name: netns.name });
    const pending = Array.from({ length: 100 }, () => rtnl.request(getLink({ name: 'lo' })));
    const closed = rtnl.close();
    const settled = await Promise.allSettled(pending);
    for (const one of settled) {
      expect(one.status === 'fulfilled' ? one.value.name : one.reason.code).toMatch(/^(lo|ECLOSED)$/);
    }
    await closed;
    await rtnl.close();
    await expect(rtnl.request(getLink({ name: 'lo' }))).rejects.toMatchObject({ code: 'ECLOSED' });
  });

  test('leaves no thread and no descriptor behind, however often one is opened', async () => {
    using netns = new TestNetns();
    await (await Connection.open({ name: netns.name })).close();
    const before = holdings();
    for (let i = 0; i < 200; i++) {
      await using rtnl = await Connection.open({ path: netns.path });
      await rtnl.request(getLink({ name: 'lo' }));
    }
    expect(holdings()).toEqual(before);
  });

  test('is opened by process, name and path; what is no namespace is refused', async () => {
    using netns = new TestNetns();
    for (const ref of [{ pid: process.pid }, { name: netns.name }, { path: netns.path }]) {
      await using rtnl = await Connection.open(ref);
      expect((await rtnl.list(listLinks())).map(({ name }) => name)).toContain('lo');
    }
    await expect(Connection.open({ path: '/etc/hostname' })).rejects.toMatchObject({ code: 'ENOTNETNS' });
    await expect(Connection.open({ pid: 4_194_304 })).rejects.toMatchObject({ code: 'ENOPROCESS' });
  });

  test('in a worker thread that is ended with it open does no harm', async () => {
    using netns = new TestNetns();
    const module = new URL('../../../dist/netlink/index.js', import.meta.url).href;
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.module).then(async ({ Connection, getLink }) => {
        const rtnl = await Connection.open({ path: workerData.path });
        parentPort.postMessage((await rtnl.request(getLink({ name: 'lo' }))).name);
      });`;
    const worker = new Worker(code, { eval: true, workerData: { module, path: netns.path } });
    expect(await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))).toBe('lo');
    await worker.terminate();
  });
});
