import { describe, expect, test } from 'vitest';
import { endpointOf, knowNetworks } from '../../../src/host/rebuild/endpoint.js';
import { pairLinks } from '../../../src/host/rebuild/links.js';
import type { Found, FoundInterface, FoundSandbox } from '../../../src/host/rebuild/look.js';
import type { NamespaceFile } from '../../../src/host/rebuild/namespace-files.js';
import { lostNetworks } from '../../../src/host/rebuild/networks.js';
import { sandboxOf } from '../../../src/host/rebuild/sandbox.js';
import { type Address, AF_INET, AF_INET6, type Link, type Route, RouteScope } from '../../../src/netlink/index.js';
import { formatMark } from '../../../src/network/index.js';
import type { NetworkRecord, SandboxRecord, SubnetRecord } from '../../../src/store/index.js';

const directory = '/run/netplumb';
const lost = 'e'.repeat(64);

function network(name: string, subnets: readonly SubnetRecord[], internal = false): NetworkRecord {
  const flags = { internal, attachable: false, ipv6: false, ours: true };
  return { id: name.padEnd(64, '0'), name, driver: 'bridge', created: 0, ...flags, subnets, options: {}, labels: {} };
}

const bridge = network('bridge', [{ subnet: '172.17.0.0/16', gateway: '172.17.0.1' }]);
const dual = network('dual', [
  { subnet: '10.20.0.0/24', gateway: '10.20.0.1' },
  { subnet: 'fd00:20::/64', gateway: 'fd00:20::1' },
]);
const inside = network('inside', [{ subnet: '10.21.0.0/24', gateway: '10.21.0.1' }], true);
const known = knowNetworks([bridge, dual, inside]);

const link = (own: Partial<Link>): Link => ({
  family: 0,
  type: 1,
  index: 2,
  flags: 1,
  change: 0,
  name: 'eth0',
  mtu: 1500,
  address: '02:42:ac:11:00:02',
  info: { kind: 'veth' },
  ...own,
});

const hostEnd = link({ index: 1_000_007, name: 'veth0123456789a', master: 5 });

function address(text: string): Address {
  const [local = '', length] = text.split('/');
  const isIpv6 = local.includes(':');
  const own = isIpv6 ? { family: AF_INET6, address: local } : { family: AF_INET, local, address: local };
  return { index: 2, prefixLength: Number(length), ...own };
}

const wayOut = (gateway: string): Route => ({ family: gateway.includes(':') ? AF_INET6 : AF_INET, gateway, oif: 2 });
const wayTo = (dst: string): Route => ({ family: AF_INET, dst, dstLength: 32, oif: 2, scope: RouteScope.link });

function found(addresses: readonly string[], routes: readonly Route[] = [], own: Partial<FoundInterface> = {}) {
  return { link: link({}), hostEnd, addresses: addresses.map(address), routes, ...own };
}

function sandbox(own: Partial<FoundSandbox> = {}): FoundSandbox {
  return { id: 'a'.repeat(64), name: 'web', isCreated: false, files: [], interfaces: [], ...own };
}

const recordOf = (own: Partial<FoundSandbox>): SandboxRecord => sandboxOf(sandbox(own), known, lost, () => undefined);

describe('an endpoint', () => {
  test('is what its interface shows, and the host end that was named after it', () => {
    expect(endpointOf(found(['172.17.0.2/16'], [wayOut('172.17.0.1')]), known, lost)).toEqual({
      id: expect.stringMatching(/^0123456789a[0-9a-f]{53}$/),
      network: bridge.id,
      interface: 'eth0',
      hostInterface: 'veth0123456789a',
      hostIndex: 1_000_007,
      address: '172.17.0.2',
      prefixLength: 16,
      gateway: '172.17.0.1',
      macAddress: '02:42:ac:11:00:02',
      mtu: 1500,
      gatewayPriority: 0,
    });
  });

  test('has both families of its network, and no link-local address', () => {
    expect(endpointOf(found(['10.20.0.2/24', 'fe80::1/64', 'fd00:20::2/64']), known, lost)).toMatchObject({
      network: dual.id,
      address6: 'fd00:20::2',
      prefixLength6: 64,
      gateway6: 'fd00:20::1',
    });
  });

  test.each<[string, string[], Route[], string | undefined]>([
    ['the default route', ['172.17.0.2/16'], [wayOut('172.17.0.254')], '172.17.0.254'],
    ['else the subnet', ['172.17.0.2/16'], [wayOut('fd00:20::1')], '172.17.0.1'],
    ['of a routed one what it can reach', ['172.17.0.2/32'], [wayTo('169.254.1.1')], '169.254.1.1'],
    ['of a routed one nothing, if it reaches nothing', ['172.17.0.2/32'], [], undefined],
    ['nothing in an internal network', ['10.21.0.2/24'], [], undefined],
  ])('has the gateway that tells %s', (_, addresses, routes, gateway) => {
    expect(endpointOf(found(addresses, routes), known, lost)?.gateway).toBe(gateway);
  });

  test.each<[string, string[], string]>([
    ['that tells its MAC address', ['172.17.0.9/16', '172.17.0.2/16'], '172.17.0.2'],
    ['of a network', ['192.0.2.7/24', '172.17.0.9/16'], '172.17.0.9'],
    ['that is the first', ['192.0.2.7/24', '192.0.2.9/24'], '192.0.2.7'],
  ])('with several addresses has the one %s', (_, addresses, expected) => {
    expect(endpointOf(found(addresses), known, lost)?.address).toBe(expected);
  });

  test('without an address is none; in no network that is known it has none', () => {
    expect(endpointOf(found(['fe80::1/64']), known, lost)).toBeUndefined();
    expect(endpointOf(found(['192.0.2.7/24']), known, lost)?.network).toBe(lost);
  });
});

describe('the namespace of a sandbox', () => {
  const file = (path: string, target?: string): NamespaceFile => ({
    path: `/run/netns/${path}`,
    namespace: '4:1',
    ...(target && { target }),
  });

  test.each<[string, Partial<FoundSandbox>, Pick<SandboxRecord, 'netns' | 'pin'>]>([
    ['made by us', { isCreated: true, files: [file('web')] }, { netns: { kind: 'created' }, pin: '/run/netns/web' }],
    [
      "made by others, with the sandbox's name",
      { files: [file('web')] },
      { netns: { kind: 'path', path: '/run/netns/web' } },
    ],
    [
      'of a process',
      { files: [file('abc', '/proc/7/ns/net'), file('web', '/proc/2778/ns/net')] },
      { netns: { kind: 'pid', pid: 2778 }, pin: '/run/netns/web' },
    ],
    [
      'of a file elsewhere',
      { files: [file('web', '/var/run/docker/netns/1')] },
      { netns: { kind: 'path', path: '/var/run/docker/netns/1' }, pin: '/run/netns/web' },
    ],
    ['with another name', { files: [file('abc')] }, { netns: { kind: 'path', path: '/run/netns/abc' } }],
    [
      'made by us and named otherwise by others',
      { isCreated: true, files: [file('abc')] },
      { netns: { kind: 'path', path: '/run/netns/abc' } },
    ],
    ['without a file', {}, { netns: { kind: 'fd' } }],
  ])('%s', (_, own, expected) => {
    const { netns, pin } = recordOf(own);
    expect({ netns, ...(pin !== undefined && { pin }) }).toEqual(expected);
  });
});

describe('of several endpoints', () => {
  const first = found(['172.17.0.2/16']);
  const second = found(['10.20.0.2/24'], [], { link: link({ index: 3, name: 'eth1' }) });

  test.each<[string, FoundInterface[], number[]]>([
    ['the first leads out: nothing was asked for', [{ ...first, routes: [wayOut('172.17.0.1')] }, second], [0, 0]],
    ['the second leads out: it has the higher priority', [first, { ...second, routes: [wayOut('10.20.0.1')] }], [0, 1]],
    ['none leads out', [first, second], [0, 0]],
    [
      'the second leads out in IPv6, which the first has not',
      [
        { ...first, routes: [wayOut('172.17.0.1')] },
        { ...second, addresses: ['10.20.0.2/24', 'fd00:20::2/64'].map(address), routes: [wayOut('fd00:20::1')] },
      ],
      [0, 0],
    ],
    [
      'the second leads out, as the first cannot',
      [found(['10.21.0.2/24']), { ...second, routes: [wayOut('10.20.0.1')] }],
      [0, 0],
    ],
  ])('%s', (_, interfaces, expected) => {
    expect(recordOf({ interfaces }).endpoints.map(({ gatewayPriority }) => gatewayPriority)).toEqual(expected);
  });

  test.each<[string, FoundInterface[], SandboxRecord['mode']]>([
    ['bridge', [first, second], 'bridge'],
    ['another network', [second], 'network'],
    ['none', [], 'none'],
  ])('the first says the mode: %s', (_, interfaces, mode) => {
    expect(recordOf({ interfaces }).mode).toBe(mode);
  });
});

describe('links between sandboxes', () => {
  const end = (own: string, other: string): FoundInterface => {
    const { hostEnd: _, ...rest } = found([`${own}/32`], [wayTo(other)]);
    return rest;
  };

  test('are paired by the ways to each other', () => {
    const ends = [end('10.1.128.1', '10.1.128.2'), end('10.1.128.2', '10.1.128.1'), end('10.1.128.3', '10.1.128.4')];
    const sandboxes = ends.map((one, i) => sandbox({ id: `${i}`.padEnd(64, 'b'), interfaces: [one] }));
    const linkOf = pairLinks(sandboxes);
    const [one, other, alone] = ends.map(linkOf);
    expect(one).toEqual({ id: other?.id, peer: sandboxes[1]?.id });
    expect(other?.peer).toBe(sandboxes[0]?.id);
    expect(alone).toBeUndefined();
  });
});

describe('a network that is not on record', () => {
  const id = 'c'.repeat(64);
  const mark = (name: string) => formatMark({ kind: 'network', id, name }, directory);
  const br = (own: Partial<Link>) => link({ index: 5, name: 'netplumb0', mtu: 1400, info: { kind: 'bridge' }, ...own });
  const own = (text: string): Address => ({ ...address(text), index: 5 });
  const nobody = knowNetworks([]);
  const lostIn = (
    { links = [], addresses = [], interfaces = [] }: Partial<Found> & { interfaces?: FoundInterface[] },
    { networks = nobody, fixedCidr = undefined as string | undefined } = {},
  ) =>
    lostNetworks({ links, addresses, sandboxes: [sandbox({ interfaces })] }, networks, {
      directory,
      defaults: { fixedCidr },
    });

  test('is the default one, from its bridge, even if nobody uses it', () => {
    const links = [br({ alias: mark('bridge') })];
    expect(lostIn({ links, addresses: [own('172.17.0.1/16')] }, { fixedCidr: '172.17.4.0/24' })).toEqual([
      expect.objectContaining({
        id,
        name: 'bridge',
        ours: true,
        ipv6: false,
        interface: 'netplumb0',
        subnets: [{ subnet: '172.17.0.0/16', gateway: '172.17.0.1', range: '172.17.4.0/24' }],
        options: expect.objectContaining({ 'com.docker.network.driver.mtu': '1400' }),
      }),
    ]);
  });

  test("is not another run directory's, nor one that nobody uses, nor one on record", () => {
    const addresses = [own('172.17.0.1/16')];
    const elsewhere = formatMark({ kind: 'network', id, name: 'bridge' }, '/run/other');
    expect(lostIn({ links: [br({ alias: elsewhere })], addresses })).toEqual([]);
    expect(lostIn({ links: [br({ alias: mark('web') })], addresses })).toEqual([]);
    const networks = knowNetworks([{ ...bridge, id }]);
    expect(lostIn({ links: [br({ alias: mark('bridge') })], addresses }, { networks })).toEqual([]);
  });

  test('is one that sandboxes use; internal if none of them gets out', () => {
    const links = [br({ name: 'br-cccccccccccc', alias: mark('web') })];
    const addresses = [own('10.30.0.1/24'), own('fd00:30::1/64'), own('fe80::1/64')];
    const interfaces = [found(['10.30.0.2/24'])];
    const [record] = lostIn({ links, addresses, interfaces });
    expect(record).toMatchObject({
      id,
      name: 'web',
      internal: true,
      ipv6: true,
      options: {},
      subnets: [
        { subnet: '10.30.0.0/24', gateway: '10.30.0.1' },
        { subnet: 'fd00:30::/64', gateway: 'fd00:30::1' },
      ],
    });
    const out = [found(['10.30.0.2/24'], [wayOut('10.30.0.1')])];
    expect(lostIn({ links, addresses, interfaces: out })[0]?.internal).toBe(false);
  });

  test('keeps its sandboxes from each other if it did', () => {
    const isolated = link({ ...hostEnd, info: { kind: 'veth', slaveKind: 'bridge', slaveData: { isolated: 1 } } });
    const interfaces = [found(['10.30.0.2/24'], [], { hostEnd: isolated })];
    for (const name of ['web', 'bridge']) {
      const [record] = lostIn({ links: [br({ alias: mark(name) })], addresses: [own('10.30.0.1/24')], interfaces });
      expect(record?.options['com.docker.network.bridge.enable_icc']).toBe('false');
    }
  });

  test('without a gateway has the subnets of its sandboxes', () => {
    const links = [br({ alias: mark('web') })];
    expect(lostIn({ links, interfaces: [found(['10.30.0.2/24'])] })[0]?.subnets).toEqual([{ subnet: '10.30.0.0/24' }]);
  });

  test("is the default one on somebody else's bridge, with as many families as its sandboxes have", () => {
    const links = [br({ name: 'br0' })];
    const addresses = [own('10.40.0.1/24'), own('fd00:40::1/64')];
    const [record] = lostIn({ links, addresses, interfaces: [found(['10.40.0.2/24'])] });
    expect(record).toMatchObject({ name: 'bridge', interface: 'br0', ours: false, ipv6: false });
    expect(record?.subnets).toEqual([{ subnet: '10.40.0.0/24', gateway: '10.40.0.1' }]);
  });

  test('is the default one when its bridge is gone, but not because of routed sandboxes', () => {
    const loose = (text: string, gateway: string) =>
      found([text], [wayOut(gateway)], { hostEnd: link({ index: 1_000_001, name: 'veth0' }) });
    expect(lostIn({ interfaces: [loose('172.17.0.2/16', '172.17.0.1')] })[0]).toMatchObject({
      name: 'bridge',
      interface: 'netplumb0',
      ours: true,
      subnets: [{ subnet: '172.17.0.0/16', gateway: '172.17.0.1' }],
    });
    expect(lostIn({ interfaces: [loose('10.22.0.2/32', '169.254.1.1')] })).toEqual([]);
  });
});
