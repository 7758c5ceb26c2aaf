import { describe, expect, test } from 'vitest';
import { newId } from '../../../../src/address/index.js';
import { addressEvent, routeEvent } from '../../../../src/host/events/address-route.js';
import { LinkTable } from '../../../../src/host/events/link-table.js';
import { AF_INET, AF_INET6, type Link, type Route, RouteFlag, RouteType } from '../../../../src/netlink/index.js';
import { formatMark } from '../../../../src/network/index.js';

const network = { id: newId(), name: 'bridge' };
const alias = formatMark({ kind: 'network', ...network }, '/run/netplumb');
const bridge: Link = { family: 0, type: 1, index: 2, name: 'br0', flags: 0, change: 0, mtu: 1500, alias };
const links = new LinkTable('/run/netplumb', [bridge]);

describe('an address', () => {
  test('is told with its link, and whose that is', () => {
    const object = { family: AF_INET, prefixLength: 16, index: 2, local: '172.17.0.1', address: '172.17.0.1' };
    expect(addressEvent('added', object, links)).toEqual({
      time: expect.any(Number),
      type: 'address',
      action: 'added',
      address: '172.17.0.1/16',
      family: 4,
      index: 2,
      interface: 'br0',
      network,
    });
  });

  test('of IPv6 has it where the kernel puts it; a peer is told', () => {
    const one = { family: AF_INET6, prefixLength: 64, index: 9, address: 'fd00::1' };
    expect(addressEvent('removed', one, links)).toEqual({
      time: expect.any(Number),
      type: 'address',
      action: 'removed',
      address: 'fd00::1/64',
      family: 6,
      index: 9,
    });
    const pair = { family: AF_INET, prefixLength: 32, index: 2, local: '10.0.0.1', address: '10.0.0.2' };
    expect(addressEvent('added', pair, links)).toMatchObject({ address: '10.0.0.1/32', peer: '10.0.0.2' });
  });
});

describe('a route', () => {
  const told = (route: Partial<Route>) => routeEvent('added', { family: AF_INET, ...route }, links);

  test('is told with its ways', () => {
    expect(told({ dst: '10.0.0.0', dstLength: 8, gateway: '172.17.0.9', oif: 2, priority: 7, table: 100 })).toEqual({
      time: expect.any(Number),
      type: 'route',
      action: 'added',
      destination: '10.0.0.0/8',
      family: 4,
      kind: 'unicast',
      table: 100,
      metric: 7,
      hops: [{ gateway: '172.17.0.9', index: 2, interface: 'br0' }],
      network,
    });
    const multipath = [
      { gateway: '172.17.0.8', index: 2 },
      { via: 'fe80::1', index: 9 },
    ];
    expect(told({ multipath })).toMatchObject({
      destination: 'default',
      hops: [
        { gateway: '172.17.0.8', index: 2, interface: 'br0' },
        { gateway: 'fe80::1', index: 9 },
      ],
    });
  });

  test('that leads nowhere has none', () => {
    expect(told({ family: AF_INET6, dst: 'fd00::', dstLength: 8, type: RouteType.blackhole })).toMatchObject({
      destination: 'fd00::/8',
      family: 6,
      kind: 'blackhole',
      hops: [],
    });
    expect(told({ type: 99 })).toMatchObject({ kind: '99' });
  });

  test("to the host's own addresses, or only looked up, is not told", () => {
    expect(told({ dst: '172.17.0.1', dstLength: 32, table: 255, type: RouteType.local })).toBeUndefined();
    expect(told({ dst: '10.0.0.1', dstLength: 32, flags: RouteFlag.cloned })).toBeUndefined();
  });
});
