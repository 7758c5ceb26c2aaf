import { describe, expect } from 'vitest';
import type { Host, NetworkSpec } from '../../../src/index.js';
import { endpointOf, type Lab, ping, runIn, test } from './lab.js';

const perBridge = { 'netplumb.ports_per_bridge': '4' };

const named = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ create: true, name: `s${i}`, network: 'big' }));

/** A network of which bridges are full with four endpoints, and so many sandboxes on it. */
async function fill(host: Host, count: number, spec: Partial<NetworkSpec> = {}) {
  const options = { ...perBridge, ...spec.options };
  await host.networks.create({ name: 'big', subnet: ['10.40.0.0/16'], ...spec, options });
  const results = await host.attachAll(named(count));
  expect(results.flatMap(({ error }) => error ?? [])).toEqual([]);
  return results.flatMap(({ attached }) => (attached ? [endpointOf(attached)] : []));
}

/** The bridges of the host with the number of their ports that are endpoints'. */
function bridges(lab: Lab): Record<string, number> {
  const links = lab.links();
  const own = links.filter(({ linkinfo }) => linkinfo?.info_kind === 'bridge').map(({ ifname }) => ifname);
  const ports = (bridge: string) =>
    links.filter(({ master, ifindex }) => master === bridge && ifindex >= 1_000_000).length;
  return Object.fromEntries(own.map((bridge) => [bridge, ports(bridge)]));
}

/** All sandboxes are gone, and with them all bridges but the network's own. */
async function empty(lab: Lab, host: Host): Promise<void> {
  const results = await host.detachAll(host.sandboxes().map(({ id }) => id));
  expect(results.flatMap(({ error }) => error ?? [])).toEqual([]);
  expect(Object.values(bridges(lab))).toEqual([0]);
  await host.networks.remove('big');
  expect(lab.linkNames()).toEqual([]);
}

describe('a network that is larger than a bridge', () => {
  test('grows with its endpoints and shrinks with them, and stays one network', async ({ lab }) => {
    const host = await lab.open();
    await fill(host, 18);
    expect(Object.values(bridges(lab)).sort()).toEqual([2, 4, 4, 4, 4]);
    expect(host.sandboxes()).toHaveLength(18);
    expect((await host.networks.list()).filter(({ name }) => name === 'big')).toHaveLength(1);
    expect((await lab.records()).segments.filter((name) => name !== '')).toHaveLength(4);
    await host.detachAll(named(14).map(({ name }) => name));
    expect(Object.values(bridges(lab)).reduce((sum, ports) => sum + ports)).toBe(4);
    expect(Object.keys(bridges(lab)).length).toBeLessThanOrEqual(4);
    await empty(lab, host);
  });

  test('has its ends reach each other, the host and the gateway with the first packet, by either family', async ({
    lab,
  }) => {
    const host = await lab.open();
    const ends = await fill(host, 18, { subnet: ['10.40.0.0/16', 'fd00:40::/64'], ipv6: true });
    for (const [from, to] of [
      [0, 17],
      [17, 0],
      [5, 17],
      [5, 6],
      [17, 16],
      [1, 2],
    ] as const) {
      ping(`s${from}`, ends[to]?.address ?? '');
      ping(`s${from}`, ends[to]?.address6 ?? '');
    }
    ping('s17', '10.40.0.1');
    ping('s17', 'fd00:40::1');
    lab.netns.run('ping', '-q', '-c', '1', '-W', '0.9', ends[17]?.address ?? '');
    lab.netns.run('ping', '-q', '-c', '1', '-W', '0.9', ends[17]?.address6 ?? '');
    await empty(lab, host);
  });

  test('finds its ends by name', async ({ lab }) => {
    const host = await lab.open();
    const ends = await fill(host, 10);
    expect(runIn('s0', 'dig', '+short', '@10.40.0.1', 's9').trim()).toBe(ends[9]?.address);
    expect(runIn('s9', 'dig', '+short', '@10.40.0.1', 's0').trim()).toBe(ends[0]?.address);
    await empty(lab, host);
  });

  test('is one broadcast domain, but asks nobody whom it need not ask', async ({ lab }) => {
    const host = await lab.open();
    const ends = await fill(host, 10);
    const received = (i: number) => {
      const [link] = JSON.parse(runIn(`s${i}`, 'ip', '-j', '-s', 'link', 'show', 'eth0')) as [
        { stats64: { rx: { packets: number } } },
      ];
      return link.stats64.rx.packets;
    };
    const before = [1, 5, 9].map(received);
    // On a third bridge: the first knows where. Who is there asks its own neighbours back, and none elsewhere.
    ping('s0', ends[8]?.address ?? '');
    expect([1, 5, 9].map(received)).toEqual(before.map((count, i) => (i === 2 ? count + 1 : count)));
    const after = [1, 5, 9].map(received);
    // To which nobody answers.
    runIn('s0', 'sh', '-c', 'ping -q -b -c 1 -W 0.2 10.40.255.255 || true');
    expect([1, 5, 9].map(received)).toEqual(after.map((count) => count + 1));
    await empty(lab, host);
  });

  test('keeps its sandboxes apart without icc, on one bridge as on several', async ({ lab }) => {
    const host = await lab.open();
    const ends = await fill(host, 10, { options: { ...perBridge, 'com.docker.network.bridge.enable_icc': 'false' } });
    for (const [from, to] of [
      [0, 1],
      [0, 9],
      [9, 0],
      [9, 8],
    ] as const) {
      expect(() => ping(`s${from}`, ends[to]?.address ?? '')).toThrow();
    }
    ping('s9', '10.40.0.1');
    await empty(lab, host);
  });

  test('comes back by gc when somebody has deleted its bridges, and a sandbox that is attached meanwhile finds its own', async ({
    lab,
  }) => {
    const host = await lab.open();
    const ends = await fill(host, 10);
    for (const bridge of Object.keys(bridges(lab))) {
      lab.netns.run('ip', 'link', 'del', bridge);
    }
    expect((await host.gc()).errors).toEqual([]);
    expect(Object.values(bridges(lab)).sort()).toEqual([2, 4, 4]);
    ping('s0', ends[9]?.address ?? '');
    ping('s9', ends[4]?.address ?? '');
    await host.attach({ create: true, name: 'late', network: 'big' });
    ping('late', ends[0]?.address ?? '');
    // What the own bridge knew went with it: it knows everybody again.
    expect(lab.known()).toHaveLength(11);
    const own = (await host.networks.inspect('big')).interface ?? '';
    lab.netns.run('ip', 'link', 'del', own);
    expect((await host.gc()).errors).toEqual([]);
    expect(lab.known()).toHaveLength(11);
    ping('late', ends[5]?.address ?? '');
    expect(await host.gc()).toMatchObject({ restored: [], errors: [] });
    await empty(lab, host);
  });

  test('is found in the kernel when records were lost: each endpoint on its bridge, and room where there is some', async ({
    lab,
  }) => {
    const first = await lab.open();
    const ends = await fill(first, 10);
    await first.close();
    lab.loseRecords();
    const host = await lab.open();
    expect((await lab.records()).segments.filter((name) => name !== '')).toHaveLength(2);
    await host.attach({ create: true, name: 'late', network: 'big' });
    ping('late', ends[9]?.address ?? '');
    expect(Object.values(bridges(lab)).sort()).toEqual([3, 4, 4]);
    await empty(lab, host);
  });

  test('is left by a connected sandbox as by an attached one', async ({ lab }) => {
    const host = await lab.open();
    await fill(host, 4);
    await host.attach({ create: true, name: 'guest', network: 'none' });
    await host.networks.connect('big', 'guest');
    expect(Object.values(bridges(lab)).sort()).toEqual([1, 4]);
    await host.detach('s0');
    await host.networks.disconnect('big', 'guest');
    expect(Object.values(bridges(lab))).toEqual([3]);
    await empty(lab, host);
  });

  test('has bridges of other networks and hosts left alone', async ({ lab }) => {
    const host = await lab.open();
    await fill(host, 6);
    await host.networks.create({ name: 'other', subnet: ['10.41.0.0/16'], options: perBridge });
    await host.attachAll(Array.from({ length: 6 }, (_, i) => ({ create: true, name: `o${i}`, network: 'other' })));
    await host.detachAll(named(6).map(({ name }) => name));
    expect(Object.values(bridges(lab)).sort()).toEqual([0, 2, 4]);
    await host.detachAll(Array.from({ length: 6 }, (_, i) => `o${i}`));
    await host.networks.remove('other');
    await empty(lab, host);
  });
});
