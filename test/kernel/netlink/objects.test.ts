import { closeSync, openSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  AF_BRIDGE,
  AF_INET,
  AF_INET6,
  Connection,
  deleteAddress,
  deleteNeighbour,
  deleteRoute,
  deleteRule,
  getLink,
  getNetnsId,
  listAddresses,
  listNeighbours,
  listNetnsIds,
  listRoutes,
  listRules,
  newAddress,
  newLink,
  newNeighbour,
  newNetnsId,
  newRoute,
  newRule,
  RouteTable,
  RuleAction,
} from '../../../src/netlink/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';

expectNothingLeft();

/** A namespace with a bridge `br0` that is up, and its index. */
async function withBridge(netns: TestNetns, rtnl: Connection): Promise<number> {
  await rtnl.request(newLink({ name: 'br0', up: true, info: { kind: 'bridge' } }));
  expect(netns.ip('link')).toHaveLength(2);
  return (await rtnl.request(getLink({ name: 'br0' }))).index;
}

describe('an address', () => {
  test.each([
    { family: AF_INET, prefixLength: 24, own: '10.0.0.1' },
    { family: AF_INET6, prefixLength: 64, own: '2001:db8::1' },
  ])('of family $family is given, listed and taken back', async ({ family, prefixLength, own }) => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    const index = await withBridge(netns, rtnl);
    const address = { family, index, prefixLength, address: own, ...(family === AF_INET && { local: own }) };
    await rtnl.request(newAddress(address));
    const seen = () =>
      netns
        .ip<{ addr_info: { local: string; prefixlen: number }[] }>('address', 'show', 'dev', 'br0')
        .flatMap(({ addr_info: all }) => all.map(({ local, prefixlen }) => `${local}/${prefixlen}`));
    expect(seen()).toContain(`${own}/${prefixLength}`);
    const listed = await rtnl.list(listAddresses({ family, index }));
    expect(listed.map((one) => one.address)).toContain(own);
    await expect(rtnl.request(newAddress(address))).rejects.toMatchObject({ code: 'EEXIST' });
    await rtnl.request(deleteAddress(address));
    expect(seen()).not.toContain(`${own}/${prefixLength}`);
  });
});

describe('a route', () => {
  test('goes by a gateway, by several hops, or is a refusal; each as ip lists it', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    const index = await withBridge(netns, rtnl);
    const own = { family: AF_INET, index, prefixLength: 24 };
    await rtnl.request(newAddress({ ...own, local: '10.0.0.1', address: '10.0.0.1' }));
    await rtnl.request(newRoute({ family: AF_INET, gateway: '10.0.0.254', oif: index }));
    const hops = ['10.0.0.2', '10.0.0.3'].map((gateway, i) => ({ gateway, index, weight: i }));
    await rtnl.request(newRoute({ family: AF_INET, dst: '192.0.2.0', dstLength: 24, multipath: hops }));
    const routes = netns.ip('route');
    expect(routes).toContainEqual(expect.objectContaining({ dst: 'default', gateway: '10.0.0.254', dev: 'br0' }));
    expect(routes).toContainEqual(
      expect.objectContaining({
        dst: '192.0.2.0/24',
        nexthops: [
          expect.objectContaining({ gateway: '10.0.0.2', weight: 1 }),
          expect.objectContaining({ gateway: '10.0.0.3', weight: 2 }),
        ],
      }),
    );
    const listed = await rtnl.list(listRoutes({ family: AF_INET, table: RouteTable.main }));
    expect(listed.find(({ dst }) => dst === '192.0.2.0')?.multipath).toMatchObject(hops);
    await rtnl.request(deleteRoute({ family: AF_INET, dst: '192.0.2.0', dstLength: 24 }));
    expect(netns.ip('route')).toHaveLength(2);
    await expect(
      rtnl.request(newRoute({ family: AF_INET, dst: '198.51.100.0', dstLength: 24, gateway: '203.0.113.1' })),
    ).rejects.toMatchObject({ code: 'ENETUNREACH', kernelMessage: expect.stringContaining('gateway') });
  });
});

describe('a neighbour', () => {
  test('is added and removed, in the address table and in a bridge’s forwarding database', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    const index = await withBridge(netns, rtnl);
    const neighbour = { family: AF_INET, index, dst: '10.0.0.9', lladdr: '02:00:00:00:00:09' };
    await rtnl.request(newNeighbour(neighbour));
    expect(netns.ip('neighbour')).toContainEqual(
      expect.objectContaining({ dst: '10.0.0.9', lladdr: '02:00:00:00:00:09', state: ['PERMANENT'] }),
    );
    expect(await rtnl.list(listNeighbours({ family: AF_INET }))).toContainEqual(expect.objectContaining(neighbour));
    await rtnl.request(deleteNeighbour(neighbour));
    expect(netns.ip('neighbour')).toEqual([]);

    await rtnl.request(newLink({ name: 'port', info: { kind: 'veth' }, master: index }));
    const port = (await rtnl.request(getLink({ name: 'port' }))).index;
    const entry = { family: AF_BRIDGE, index: port, lladdr: '02:00:00:00:00:0a' };
    await rtnl.request(newNeighbour({ ...entry, flags: 4 }));
    expect(netns.run('bridge', 'fdb', 'show', 'dev', 'port')).toContain('02:00:00:00:00:0a');
    await rtnl.request(deleteNeighbour({ ...entry, flags: 4 }));
    expect(netns.run('bridge', 'fdb', 'show', 'dev', 'port')).not.toContain('02:00:00:00:00:0a');
  });
});

describe('a rule', () => {
  test('is added, listed as ip lists it, and removed', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    const rule = {
      family: AF_INET,
      priority: 77,
      action: RuleAction.toTable,
      table: 100,
      src: '10.0.0.0',
      srcLength: 8,
    };
    await rtnl.request(newRule(rule));
    expect(netns.ip('rule')).toContainEqual(
      expect.objectContaining({ priority: 77, src: '10.0.0.0', srclen: 8, table: '100' }),
    );
    expect(await rtnl.list(listRules({ family: AF_INET }))).toContainEqual(expect.objectContaining(rule));
    await rtnl.request(deleteRule(rule));
    expect(netns.ip('rule')).not.toContainEqual(expect.objectContaining({ priority: 77 }));
  });
});

describe('a namespace id', () => {
  test('is given by descriptor and found again', async () => {
    using here = new TestNetns();
    using there = new TestNetns();
    await using rtnl = await Connection.open({ name: here.name });
    const fd = openSync(there.path, 'r');
    try {
      expect(await rtnl.request(getNetnsId({ fd }))).toMatchObject({ nsid: -1 });
      await rtnl.request(newNetnsId({ fd, nsid: 12 }));
      expect(await rtnl.request(getNetnsId({ fd }))).toMatchObject({ nsid: 12 });
      await expect(rtnl.request(newNetnsId({ fd, nsid: 13 }))).rejects.toMatchObject({ code: 'EEXIST' });
    } finally {
      closeSync(fd);
    }
    expect((await rtnl.list(listNetnsIds())).map(({ nsid }) => nsid)).toEqual([12]);
  });
});
