import { closeSync, openSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  Connection,
  deleteAltNames,
  deleteLink,
  getLink,
  IFF_UP,
  listLinks,
  newAltNames,
  newLink,
  OperState,
  setLink,
} from '../../../src/netlink/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';

expectNothingLeft();

const pair = (name: string, peer: string) => newLink({ name, info: { kind: 'veth', data: { peer: { name: peer } } } });

/** What ip says of one link of a namespace. */
function seen(netns: TestNetns, name: string) {
  return netns.ip('link', 'show', 'dev', name)[0];
}

describe('a link', () => {
  test('is made with all that was asked for at once', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    await rtnl.request(
      newLink({
        index: 42,
        name: 'left',
        up: true,
        address: '02:00:00:00:00:01',
        mtu: 1400,
        group: 7,
        txQueueLength: 123,
        numTxQueues: 1,
        numRxQueues: 1,
        info: { kind: 'veth', data: { peer: { name: 'right', address: '02:00:00:00:00:02', mtu: 1300 } } },
      }),
    );
    expect(seen(netns, 'left')).toMatchObject({
      ifindex: 42,
      link: 'right',
      flags: expect.arrayContaining(['UP']),
      address: '02:00:00:00:00:01',
      mtu: 1400,
      group: '7',
      txqlen: 123,
      num_tx_queues: 1,
      num_rx_queues: 1,
      linkinfo: { info_kind: 'veth' },
    });
    expect(seen(netns, 'right')).toMatchObject({
      address: '02:00:00:00:00:02',
      mtu: 1300,
      flags: ['BROADCAST', 'MULTICAST'],
    });
  });

  test('is described as ip describes it', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    await rtnl.request(pair('left', 'right'));
    await rtnl.request(setLink({ name: 'left', alias: 'mine', up: true }));
    const link = await rtnl.request(getLink({ name: 'left' }));
    const witness = seen(netns, 'left');
    expect(witness).toMatchObject({
      ifindex: link.index,
      ifname: link.name,
      address: link.address,
      broadcast: link.broadcast,
      mtu: link.mtu,
      min_mtu: link.minMtu,
      max_mtu: link.maxMtu,
      qdisc: link.qdisc,
      ifalias: link.alias,
      promiscuity: link.promiscuity,
      txqlen: link.txQueueLength,
      num_tx_queues: link.numTxQueues,
      num_rx_queues: link.numRxQueues,
      gso_max_size: link.gsoMaxSize,
      gso_max_segs: link.gsoMaxSegs,
      tso_max_size: link.tsoMaxSize,
      tso_max_segs: link.tsoMaxSegs,
      gro_max_size: link.groMaxSize,
    });
    expect(link).toMatchObject({ type: 1, carrier: 0, operState: OperState.lowerLayerDown, info: { kind: 'veth' } });
    expect(link.stats64).toMatchObject({ rxPackets: 0n, txDropped: 0n });
    expect(link.afSpec?.inet?.conf).toMatchObject({ forwarding: 0, acceptLocal: 0 });
    expect(link.afSpec?.inet6?.conf).toMatchObject({ disableIpv6: 0, acceptDad: 1 });
  });

  test('is changed: name, state, MTU, address, alias, group, queue length', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    await rtnl.request(pair('left', 'right'));
    const { index } = await rtnl.request(getLink({ name: 'left' }));
    await rtnl.request(setLink({ index, name: 'renamed' }));
    await rtnl.request(setLink({ name: 'renamed', up: true, mtu: 1280, group: 9, txQueueLength: 5 }));
    await rtnl.request(setLink({ index, address: '02:00:00:00:00:09', alias: 'made by a test' }));
    expect(seen(netns, 'renamed')).toMatchObject({
      ifindex: index,
      flags: expect.arrayContaining(['UP']),
      mtu: 1280,
      group: '9',
      txqlen: 5,
      address: '02:00:00:00:00:09',
      ifalias: 'made by a test',
    });
    await rtnl.request(setLink({ index, up: false, alias: '' }));
    const link = await rtnl.request(getLink({ index }));
    expect(link.flags & IFF_UP).toBe(0);
    expect(link).not.toHaveProperty('alias');
  });

  test('joins a bridge and leaves it', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    await rtnl.request(newLink({ name: 'br0', info: { kind: 'bridge' } }));
    await rtnl.request(pair('left', 'right'));
    const { index: master } = await rtnl.request(getLink({ name: 'br0' }));
    await rtnl.request(setLink({ name: 'left', master }));
    expect(seen(netns, 'left')).toMatchObject({ master: 'br0' });
    expect((await rtnl.list(listLinks({ master }))).map(({ name }) => name)).toEqual(['left']);
    await rtnl.request(setLink({ name: 'left', master: 0 }));
    expect(seen(netns, 'left')).not.toHaveProperty('master');
  });

  test('moves to the namespace of a descriptor, with an index to choose, and of a process', async () => {
    using from = new TestNetns();
    using to = new TestNetns();
    await using rtnl = await Connection.open({ name: from.name });
    // A bridge would be refused: it cannot leave the namespace in which it was made.
    await rtnl.request(pair('left', 'right'));
    const fd = openSync(to.path, 'r');
    try {
      await rtnl.request(setLink({ name: 'left', netnsFd: fd, newIfindex: 77 }));
    } finally {
      closeSync(fd);
    }
    expect(from.ip('link').map(({ ifname }) => ifname)).toEqual(['lo', 'right']);
    expect(seen(to, 'left')).toMatchObject({ ifindex: 77 });
    await using target = await Connection.open({ name: to.name });
    await target.request(setLink({ name: 'left', netnsPid: process.pid }));
    await using own = await Connection.open();
    await own.request(deleteLink({ name: 'left' }));
  });

  test('has its other end made inside another namespace, by descriptor', async () => {
    using here = new TestNetns();
    using there = new TestNetns();
    await using rtnl = await Connection.open({ name: here.name });
    const fd = openSync(there.path, 'r');
    try {
      const peer = { name: 'eth0', index: 5, address: '02:42:ac:11:00:02', netnsFd: fd };
      // The kernel heeds the wish for the peer's index only when this end has one too (veth_newlink).
      await rtnl.request(newLink({ name: 'host0', index: 9, info: { kind: 'veth', data: { peer } } }));
    } finally {
      closeSync(fd);
    }
    expect(here.ip('link').map(({ ifname }) => ifname)).toEqual(['lo', 'host0']);
    expect(seen(there, 'eth0')).toMatchObject({ ifindex: 5, address: '02:42:ac:11:00:02' });
    const link = await rtnl.request(getLink({ name: 'host0' }));
    expect(link).toMatchObject({ link: 5, linkNetnsId: seen(here, 'host0')?.link_netnsid });
  });

  test('has further names, by which it is found', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    const names = ['a-name-longer-than-fifteen-bytes', 'short'];
    await rtnl.request(newAltNames({ name: 'lo' }, names));
    expect(seen(netns, 'lo')).toMatchObject({ altnames: names });
    expect(await rtnl.request(getLink({ altName: 'a-name-longer-than-fifteen-bytes' }))).toMatchObject({
      name: 'lo',
      altNames: names,
    });
    await rtnl.request(deleteAltNames({ altName: 'short' }, names));
    expect(seen(netns, 'lo')).not.toHaveProperty('altnames');
  });

  test('takes settings of IPv4 and IPv6', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    await rtnl.request(newLink({ name: 'br0', info: { kind: 'bridge' } }));
    const afSpec = { inet: { conf: { routeLocalnet: 1, rpFilter: 2 } }, inet6: { addrGenMode: 1 } };
    await rtnl.request(setLink({ name: 'br0', afSpec }));
    expect(netns.run('sysctl', '-n', 'net.ipv4.conf.br0.route_localnet', 'net.ipv4.conf.br0.rp_filter')).toBe('1\n2\n');
    expect(seen(netns, 'br0')).toMatchObject({ inet6_addr_gen_mode: 'none' });
    expect(await rtnl.request(getLink({ name: 'br0' }))).toMatchObject({ afSpec });
  });

  test('goes with all others of its group in one request', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    const names = Array.from({ length: 20 }, (_, i) => `v${i}`);
    await rtnl.requestAll(names.map((name) => newLink({ name, group: 5, info: { kind: 'veth' } })));
    expect(netns.ip('link').length).toBe(41);
    await rtnl.request(deleteLink({ group: 5 }));
    expect(netns.ip('link').map(({ ifname }) => ifname)).toEqual(['lo']);
  });

  test('that is not there is refused with ENODEV, one that is there with EEXIST', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    for (const request of [getLink({ name: 'none' }), setLink({ index: 99, up: true }), deleteLink({ name: 'none' })]) {
      await expect(rtnl.request(request, { object: 'none' })).rejects.toMatchObject({ code: 'ENODEV', object: 'none' });
    }
    await expect(rtnl.request(newLink({ name: 'lo', info: { kind: 'bridge' } }))).rejects.toMatchObject({
      code: 'EEXIST',
      operation: 'RTM_NEWLINK',
      hint: expect.stringContaining('already there'),
    });
  });
});

describe('a listing of links', () => {
  test('has what ip lists, in its order', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    await rtnl.requestAll(Array.from({ length: 100 }, (_, i) => pair(`left${i}`, `right${i}`)));
    const listed = (await rtnl.list(listLinks())).map(({ index, name, address }) => [index, name, address]);
    expect(listed).toEqual(netns.ip('link').map(({ ifindex, ifname, address }) => [ifindex, ifname, address]));
    expect(listed.length).toBe(201);
  });

  test('is of one kind, or about IPv6, when that is asked for', async () => {
    using netns = new TestNetns();
    await using rtnl = await Connection.open({ name: netns.name });
    await rtnl.request(pair('left', 'right'));
    await rtnl.request(newLink({ name: 'br0', info: { kind: 'bridge' } }));
    const names = async (filter: Parameters<typeof listLinks>[0]) =>
      (await rtnl.list(listLinks(filter))).map(({ name }) => name).sort();
    expect(await names({ kind: 'veth' })).toEqual(['left', 'right']);
    expect(await names({ kind: 'bridge' })).toEqual(['br0']);
    const [about] = await rtnl.list(listLinks({ family: 10 }));
    expect(about?.protocolInfo?.conf).toMatchObject({ disableIpv6: 0 });
  });

  test('is of another namespace, by its id or by a reference', async () => {
    using here = new TestNetns();
    using there = new TestNetns();
    await using rtnl = await Connection.open({ name: here.name });
    here.run('ip', 'netns', 'set', there.name, '3');
    there.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    const [, byId] = await rtnl.list(listLinks({ targetNetnsId: 3 }));
    expect(byId).toMatchObject({ name: 'br0', targetNetnsId: 3 });
    expect((await rtnl.list(listLinks(), { name: there.name })).map(({ name }) => name)).toEqual(['lo', 'br0']);
    expect((await rtnl.list(listLinks())).map(({ name }) => name)).toEqual(['lo']);
  });
});
