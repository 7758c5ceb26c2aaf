import { describe, expect, test } from 'vitest';
import { factsFrom, guardedEndpoints, guardedNetwork, linksOf, modelOf } from '../../../src/firewall/facts.js';
import { seal } from '../../../src/firewall/sealed.js';
import {
  addNetwork,
  addSandbox,
  type EndpointRecord,
  type NetworkRecord,
  type SandboxRecord,
  type Store,
  type Tables,
} from '../../../src/store/index.js';
import { openStore } from '../../support/store.js';

/** Number `n` (1 to 9): 10.N.0.0/24 and fd00:N::/64. */
function network(n: number, given: Partial<NetworkRecord> = {}): NetworkRecord {
  return {
    id: `${n}`.repeat(64),
    name: `net-${n}`,
    driver: 'bridge',
    created: n,
    internal: false,
    attachable: false,
    ipv6: true,
    subnets: [
      { subnet: `10.${n}.0.0/24`, gateway: `10.${n}.0.1` },
      { subnet: `fd00:${n}::/64`, gateway: `fd00:${n}::1` },
    ],
    options: {},
    labels: {},
    interface: `br-${n}`,
    ours: true,
    ...given,
  };
}

function endpoint(on: NetworkRecord, host: number, given: Partial<EndpointRecord> = {}): EndpointRecord {
  const n = on.id[0];
  return {
    id: `${n}${host}`.padEnd(64, 'e'),
    network: on.id,
    interface: 'eth0',
    hostInterface: `veth-${n}-${host}`,
    address: `10.${n}.0.${host}`,
    prefixLength: 24,
    gateway: `10.${n}.0.1`,
    address6: `fd00:${n}::${host}`,
    prefixLength6: 64,
    gateway6: `fd00:${n}::1`,
    macAddress: `02:42:0a:0${n}:00:0${host}`,
    mtu: 1500,
    gatewayPriority: 0,
    ...given,
  };
}

function sandbox(name: string, endpoints: EndpointRecord[], given: Partial<SandboxRecord> = {}): SandboxRecord {
  return {
    id: name.padEnd(64, '0'),
    name,
    mode: 'network',
    state: 'ready',
    owner: 'nobody',
    bound: false,
    created: name.charCodeAt(0),
    netns: { kind: 'created' },
    endpoints,
    ...given,
  };
}

/** Records of networks and sandboxes, and who links to whom. */
function records(networks: readonly NetworkRecord[], sandboxes: readonly SandboxRecord[] = []): Store {
  const store = openStore();
  store.transaction((tables) => {
    for (const one of networks) {
      addNetwork(tables, one);
    }
    for (const one of sandboxes) {
      addSandbox(tables, one);
      for (const { name } of one.links ?? []) {
        tables.linkers.putSync(name, [...(tables.linkers.get(name) ?? []), one.id]);
      }
    }
  });
  return store;
}

const web = { protocol: 'tcp', port: 80, hostPort: 8080 } as const;
const first = network(1);
const second = network(2);

describe('a network', () => {
  test('without options', () => {
    const nat = { mode: 'nat', masquerade: true };
    expect(guardedNetwork(first)).toEqual({
      id: first.id,
      name: 'net-1',
      interface: 'br-1',
      subnets: [
        { family: 4, subnet: '10.1.0.0/24' },
        { family: 6, subnet: 'fd00:1::/64' },
      ],
      internal: false,
      icc: true,
      ipv4: nat,
      ipv6: nat,
      spoofGuard: false,
      isRouted: false,
    });
  });

  test('with all of them', () => {
    const options = {
      'com.docker.network.bridge.enable_icc': 'false',
      'com.docker.network.bridge.enable_ip_masquerade': 'true',
      'com.docker.network.bridge.gateway_mode_ipv6': 'routed',
      'com.docker.network.host_ipv4': '192.0.2.9',
      'com.docker.network.host_ipv6': '2001:DB8:0::9',
      'netplumb.spoof_guard': '1',
    };
    expect(guardedNetwork(network(1, { driver: 'ptp', internal: true, options }))).toMatchObject({
      internal: true,
      icc: false,
      ipv4: { mode: 'nat', masquerade: true, source: '192.0.2.9' },
      ipv6: { mode: 'routed', masquerade: false, source: '2001:db8::9' },
      spoofGuard: true,
      isRouted: true,
    });
  });

  test('without masquerade', () => {
    const options = { 'com.docker.network.bridge.enable_ip_masquerade': 'false' };
    expect(guardedNetwork(network(1, { options }))?.ipv4).toEqual({ mode: 'nat', masquerade: false });
  });

  test.each(['host', 'null', 'macvlan'])("of driver %s is not the firewall's", (driver) => {
    expect(guardedNetwork(network(1, { driver }))).toBeUndefined();
  });
});

/** What of `ports` each endpoint of a sandbox publishes. */
function published(
  networks: readonly NetworkRecord[],
  endpoints: EndpointRecord[],
  ports: SandboxRecord['ports'] & object,
) {
  const one = sandbox('a', endpoints, { ports });
  return records(networks, [one]).read((tables) => guardedEndpoints(factsFrom(tables), one).map((end) => end.ports));
}

describe('published ports belong to the endpoint that leads out', () => {
  test('the first', () => {
    expect(published([first, second], [endpoint(first, 2), endpoint(second, 2)], [web])).toEqual([[web], []]);
  });

  test('the one with the highest priority', () => {
    const leading = endpoint(second, 2, { gatewayPriority: 1 });
    expect(published([first, second], [endpoint(first, 2), leading], [web])).toEqual([[], [web]]);
  });

  test('not one of an internal network, of macvlan, or one that is not settled', () => {
    const internal = network(3, { internal: true });
    const macvlan = network(4, { driver: 'macvlan' });
    const ends = [
      endpoint(internal, 2, { gatewayPriority: 3 }),
      endpoint(macvlan, 2, { gatewayPriority: 2 }),
      endpoint(second, 2, { gatewayPriority: 1, unsettled: 'coming' }),
      endpoint(first, 2),
    ];
    expect(published([first, second, internal, macvlan], ends, [web])).toEqual([[], [], [web]]);
  });

  test('each family by its own', () => {
    const { gateway6: _, ...only4 } = endpoint(first, 2, { gatewayPriority: 1 });
    const here = { ...web, hostAddress: '127.0.0.1' };
    const there = { ...web, hostAddress: '2001:db8::1', hostPort: 8081 };
    expect(published([first, second], [only4, endpoint(second, 2)], [web, here, there])).toEqual([
      [{ ...web, hostAddress: '0.0.0.0' }, here],
      [{ ...web, hostAddress: '::' }, there],
    ]);
  });

  test('none where none leads out', () => {
    const { gateway: _, gateway6: __, ...inside } = endpoint(first, 2);
    expect(published([first], [inside], [web])).toEqual([[]]);
  });
});

describe('endpoints', () => {
  test('of a sandbox that is being removed, and what is being removed of one, are not in the model', () => {
    const going = sandbox('a', [endpoint(first, 2)], { state: 'leaving' });
    const changing = sandbox('b', [endpoint(first, 3), endpoint(second, 2, { unsettled: 'going' })]);
    const { endpoints } = records([first, second], [going, changing]).read(modelOf);
    expect(endpoints).toMatchObject([{ network: { id: first.id } }]);
  });

  test('of links between two sandboxes, and of networks that are gone, are none', () => {
    const link = endpoint(first, 2, { network: '', link: { id: 'f'.repeat(64), peer: 'b' } });
    const one = sandbox('a', [link, endpoint(second, 2)]);
    expect(records([first], [one]).read((tables) => guardedEndpoints(factsFrom(tables), one))).toEqual([]);
  });
});

describe('links', () => {
  const server = sandbox('server', [endpoint(first, 2), endpoint(second, 2)], {
    exposed: [
      { protocol: 'udp', port: 53 },
      { protocol: 'tcp', port: 80 },
    ],
    ports: [web],
  });
  const client = sandbox('client', [endpoint(first, 3)], {
    links: [
      { name: 'server', alias: 'db' },
      { name: 'server', alias: 'store' },
      { name: 'nobody', alias: 'no' },
    ],
  });
  const elsewhere = sandbox('elsewhere', [endpoint(network(3), 2)], { links: [{ name: 'server', alias: 'db' }] });
  const store = () => records([first, second, network(3)], [server, client, elsewhere]);

  const summary = (tables: Tables, record: SandboxRecord) =>
    linksOf(factsFrom(tables), record).map((link) => [link.client.address, link.server.address, link.ports]);

  const expected = [
    '10.1.0.3',
    '10.1.0.2',
    [
      { protocol: 'udp', port: 53 },
      { protocol: 'tcp', port: 80 },
    ],
  ];

  test('of a client: to what the server exposes and publishes, on the networks that both are on, once', () => {
    expect(store().read((tables) => summary(tables, client))).toEqual([expected]);
  });

  test('of a server: those of its clients', () => {
    expect(store().read((tables) => summary(tables, server))).toEqual([expected]);
  });

  test('all together', () => {
    expect(store().read((tables) => modelOf(tables).links)).toHaveLength(1);
  });
});

test('all that is in force', () => {
  const store = records([first, network(4, { driver: 'macvlan' })], [sandbox('a', [endpoint(first, 2)])]);
  const before = store.read(modelOf);
  expect(before.networks.map(({ name }) => name)).toEqual(['net-1']);
  expect(before.endpoints.map(({ address6 }) => address6)).toEqual(['fd00:1::2']);
  expect(before.sealed).toEqual({ ipv4: false, ipv6: false });
  store.transaction((tables) => seal(tables, { ipv4: true, ipv6: false }));
  expect(store.read(modelOf).sealed).toEqual({ ipv4: true, ipv6: false });
});
