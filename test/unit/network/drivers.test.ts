import { describe, expect, test } from 'vitest';
import type { Connection, Link, Sysctl } from '../../../src/netlink/index.js';
import type { Network } from '../../../src/network/driver.js';
import { driverOf } from '../../../src/network/drivers/index.js';
import type { EndpointRecord, NetworkRecord } from '../../../src/store/index.js';

const bridge = { index: 7, name: 'br0', address: '02:42:0a:03:00:01', mtu: 1500, info: { kind: 'bridge' } } as Link;
const subnets = [
  { subnet: '10.3.0.0/24', gateway: '10.3.0.1' },
  { subnet: 'fd00:3::/64', gateway: 'fd00:3::1' },
];

const endpoint: EndpointRecord = {
  id: 'e'.repeat(64),
  network: 'f'.repeat(64),
  interface: 'eth0',
  hostInterface: 'veth0',
  hostIndex: 1_000_000,
  address: '10.3.0.2',
  prefixLength: 24,
  gateway: '10.3.0.1',
  address6: 'fd00:3::2',
  prefixLength6: 64,
  gateway6: 'fd00:3::1',
  macAddress: '02:42:0a:03:00:02',
  mtu: 1500,
  gatewayPriority: 0,
};

const planContext = { mark: 'mark', sandboxSlot: 21, index: 2, isDefault: true };

/** A network made ready on a host of which the drivers see a bridge only, and what it sets there. */
async function ready(wish: Partial<NetworkRecord>, firewall: boolean): Promise<{ network: Network; set: string[] }> {
  const own = { id: 'f'.repeat(64), name: 'web', driver: 'bridge', created: 0, interface: 'br0' };
  const flags = { internal: false, attachable: false, ipv6: true, ours: true };
  const record: NetworkRecord = { ...own, ...flags, subnets, options: {}, labels: {}, ...wish };
  const set: string[] = [];
  const sysctl = async (all: readonly Sysctl[]) => {
    set.push(...all.map(({ path, value }) => `${path}=${value}`));
  };
  const connection = { request: async () => bridge, sysctl } as unknown as Connection;
  const context = { connection, directory: '/run/netplumb' };
  return {
    network: await driverOf(record.driver).ready(record, { firewall, guardSegment: async () => undefined }, context),
    set,
  };
}

const apart = { 'com.docker.network.bridge.enable_icc': 'false' };

function stepOf(network: Network, name: string, own: EndpointRecord = endpoint) {
  return network.plan(own, planContext).steps.find((step) => step.name === name);
}

/** What requests for routes say: where to, by whom, and whether that is on the link itself. */
function routesOf(network: Network, own: EndpointRecord = endpoint): string[] {
  const bodies = stepOf(network, 'address', own)?.requests.filter(({ type }) => type === 24) ?? [];
  return bodies.map(({ body }) => {
    const { dst = 'default', dstLength, gateway, scope } = { ...body } as Record<string, string | number | undefined>;
    return [dst, dstLength, gateway, scope].filter((one) => one !== undefined).join(' ');
  });
}

describe('an endpoint on a bridge without icc', () => {
  test('is isolated before it comes up: the port first, then its option and the link up', async () => {
    const { network } = await ready({ options: apart, ours: false }, false);
    expect(stepOf(network, 'port')?.requests).toEqual([
      { type: 19, flags: 0, body: { index: 1_000_000, master: 7 } },
      {
        type: 16,
        flags: 0,
        body: { index: 1_000_000, flags: 1, change: 1, info: { slaveKind: 'bridge', slaveData: { isolated: 1 } } },
      },
    ]);
    expect(stepOf(network, 'port')?.settled).toEqual(['veth0', 'br0']);
  });

  test('has addresses without routes, and the subnets behind their gateways', async () => {
    const { network } = await ready({ options: apart }, false);
    const addresses = stepOf(network, 'address')?.requests.filter(({ type }) => type === 20) ?? [];
    // IFA_F_NOPREFIXROUTE, and of IPv6 IFA_F_NODAD.
    expect(addresses.map(({ body }) => ({ ...body }))).toMatchObject([
      { local: '10.3.0.2', prefixLength: 24, flags: 0x200 },
      { local: 'fd00:3::2', prefixLength: 64, flags: 0x202 },
    ]);
    const link = 253;
    expect(routesOf(network)).toEqual([
      `10.3.0.1 32 ${link}`,
      '10.3.0.0 24 10.3.0.1',
      'fd00:3::1 128',
      'fd00:3:: 64 fd00:3::1',
      'default 10.3.0.1',
      'default fd00:3::1',
    ]);
  });

  test('has routers of its subnet for neighbours, and no others', async () => {
    const { network } = await ready({ options: apart }, false);
    const own = { ...endpoint, gateway: '10.3.0.254', gateway6: 'fd00:4::1' };
    expect(routesOf(network, own)).toEqual([
      '10.3.0.1 32 253',
      '10.3.0.254 32 253',
      '10.3.0.0 24 10.3.0.1',
      'fd00:3::1 128',
      'fd00:3:: 64 fd00:3::1',
      'default 10.3.0.254',
      'default fd00:4::1',
    ]);
  });

  test('without a gateway leads nowhere', async () => {
    const { gateway: _, gateway6: __, ...own } = endpoint;
    const { network } = await ready({ options: apart, subnets: [{ subnet: '10.3.0.0/24' }] }, false);
    expect(routesOf(network, own)).toEqual([]);
  });

  test('with icc costs one request, and none of the routes', async () => {
    const { network, set } = await ready({ ours: false }, false);
    expect(stepOf(network, 'port')?.requests).toHaveLength(1);
    expect(routesOf(network)).toEqual(['default 10.3.0.1', 'default fd00:3::1']);
    expect(set.filter((one) => one.includes('send_redirects'))).toEqual([]);
  });

  test('is told of no shorter way: neither by its bridge, nor because all interfaces are to', async () => {
    const { set } = await ready({ options: apart }, false);
    expect(set).toEqual(expect.arrayContaining(['all', 'br0'].map((one) => `ipv4/conf/${one}/send_redirects=0`)));
  });

  test('on a bridge of ours is known to it by address and port, and that is taken back', async () => {
    const { network } = await ready({}, false);
    const step = stepOf(network, 'port');
    const known = { state: 4, flags: 0x10, lladdr: endpoint.macAddress, index: 7 };
    expect(step?.requests.filter(({ type }) => type === 28).map(({ body }) => body)).toEqual([
      { ...known, family: 2, dst: endpoint.address },
      { ...known, family: 10, dst: endpoint.address6 },
      { family: 7, lladdr: endpoint.macAddress, state: 0x40, flags: 0x44, index: 1_000_000 },
    ]);
    expect(step?.undo.map(({ type, body }) => [type, body])).toEqual([
      [29, { family: 2, index: 7, dst: endpoint.address }],
      [29, { family: 10, index: 7, dst: endpoint.address6 }],
    ]);
  });

  test('on a bridge that we have not made changes nothing of it', async () => {
    expect((await ready({ options: apart, ours: false }, true)).set).toEqual([]);
  });
});

describe('multicast reports of an endpoint on a bridge', () => {
  test.each([{}, apart])('are led to the bridge before the interface comes up: %j', async (options) => {
    const { network } = await ready({ options }, false);
    const types = stepOf(network, 'address')?.requests.map(({ type }) => type) ?? [];
    const [entry] = stepOf(network, 'address')?.requests.filter(({ type }) => type === 28) ?? [];
    expect(entry?.body).toMatchObject({
      family: 10,
      index: 2,
      dst: 'ff02::16',
      lladdr: '02:42:0a:03:00:01',
      state: 0x80,
    });
    expect(types.indexOf(28)).toBeLessThan(types.indexOf(19));
  });

  test('are none of one without IPv6', async () => {
    const { address6: _, ...own } = endpoint;
    const { network } = await ready({}, false);
    const told = stepOf(network, 'address', own)?.requests.map(({ body }) => (body as { dst?: string }).dst);
    expect(told).toContain('10.3.0.1');
    expect(told).not.toContain('ff02::16');
  });
});

describe("the host's loopback addresses", () => {
  test.each([
    ['bridge', true, false, true],
    ['bridge', false, false, false],
    ['bridge', true, true, false],
    ['ptp', true, false, true],
    ['ptp', false, false, false],
    ['ptp', true, true, false],
  ])('%s, with a firewall: %s, internal: %s; may pass: %s', async (driver, firewall, internal, isOpen) => {
    const { network, set } = await ready({ driver, internal }, firewall);
    const sysctls = network.plan(endpoint, planContext).steps.flatMap(({ hostSysctls = [] }) => hostSysctls);
    const all = [...set, ...sysctls.map(({ path, value }) => `${path}=${value}`)];
    const own = driver === 'ptp' ? 'veth0' : 'br0';
    expect(all.filter((one) => one.includes('route_localnet'))).toEqual(
      isOpen ? [`ipv4/conf/${own}/route_localnet=1`] : [],
    );
  });
});

test('what is no driver is refused, whatever it is, and which there are is said', () => {
  for (const name of ['overlay2', '', 7, null, { toString: false }, Object.create(null), Symbol('bridge')]) {
    const hint = expect.stringMatching(/^There are bridge, [a-z, ]+\.$/);
    expect(() => driverOf(name as string)).toThrow(expect.objectContaining({ code: 'ENODRIVER', hint }));
  }
  const hint = expect.stringContaining('Did you mean bridge?');
  expect(() => driverOf('brigde')).toThrow(expect.objectContaining({ code: 'ENODRIVER', hint }));
});
