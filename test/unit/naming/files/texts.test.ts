import { beforeEach, describe, expect, test } from 'vitest';
import { filesHolder } from '../../../../src/naming/files/facts.js';
import { parseResolvConf } from '../../../../src/naming/files/resolv-conf.js';
import type { Surroundings } from '../../../../src/naming/files/surroundings.js';
import { type NamingDefaults, textsOf } from '../../../../src/naming/files/texts.js';
import { linkEnvironment, linkedTo } from '../../../../src/naming/index.js';
import type { NetworkRecord, SandboxRecord, Store } from '../../../../src/store/index.js';
import { openStore } from '../../../support/store.js';
import { addedNetwork, addedSandbox, dualStack, endpointOn, sandboxOf } from './scene.js';

let store: Store;
let bridge: NetworkRecord;
let inner: NetworkRecord;

beforeEach(() => {
  store = openStore();
  const subnets = [{ subnet: '172.17.0.0/16', gateway: '172.17.0.1' }];
  bridge = addedNetwork(store, { name: 'bridge', subnets });
  inner = addedNetwork(store);
});

function surroundings(resolv: string, change: Partial<Surroundings> = {}): Surroundings {
  const none = { servers: [], search: [], options: [] };
  const own = { resolvText: resolv, resolvConf: parseResolvConf(resolv), resolved: none };
  return { hostname: 'machine', hosts: '127.0.0.1 localhost machine\n', ...own, ...change };
}

const plain = surroundings('nameserver 10.255.0.53\nsearch example.org\noptions rotate\n');

function texts(record: SandboxRecord, around = plain, defaults: NamingDefaults = {}) {
  return store.read((tables) => textsOf(tables, record, defaults, around));
}

/** Lines of hosts that are the sandbox's own. */
function hosts(record: SandboxRecord, around = plain): string[] {
  return texts(record, around).hosts.trimEnd().split('\n').slice(6);
}

function resolv(record: SandboxRecord, around = plain, defaults: NamingDefaults = {}) {
  return parseResolvConf(texts(record, around, defaults).resolvConf);
}

describe('hosts of a sandbox', () => {
  test('has the address of each of its endpoints, by host name and name', () => {
    const both = addedNetwork(store, { name: 'both', ...dualStack });
    const endpoints = [
      endpointOn(bridge, '172.17.0.2'),
      endpointOn(both, '10.2.0.9', { address6: 'fd00:2::9' }),
      endpointOn(inner, '10.1.0.2', { unsettled: 'coming' }),
      endpointOn(inner, '10.1.0.3', { unsettled: 'going' }),
    ];
    expect(hosts(sandboxOf({ endpoints }))).toEqual([
      '172.17.0.2\tweb-host web',
      '10.2.0.9\tweb-host web',
      'fd00:2::9\tweb-host web',
    ]);
    expect(hosts(sandboxOf({ endpoints: endpoints.slice(0, 1), hostname: 'www.example.org' }))).toEqual([
      '172.17.0.2\twww.example.org www web',
    ]);
    expect(texts(sandboxOf()).hostname).toBe('web-host\n');
  });

  test('begins with the hosts that it was given: they count more', () => {
    const naming = {
      hosts: [
        { name: 'web', address: '10.9.9.9' },
        { name: 'six', address: 'fd00::9' },
      ],
    };
    const record = sandboxOf({ naming, endpoints: [endpointOn(bridge, '172.17.0.2')] });
    expect(hosts(record)).toEqual(['10.9.9.9\tweb', 'fd00::9\tsix', '172.17.0.2\tweb-host web']);
  });

  test('has as host-gateway the address of the host on its first network that has one, not its router', () => {
    const naming = { hosts: [{ name: 'machine', address: 'host-gateway' }] };
    const macvlan = addedNetwork(store, { name: 'lan', driver: 'macvlan' });
    const both = addedNetwork(store, { name: 'both', ...dualStack });
    const onLan = endpointOn(macvlan, '10.1.0.7', { gateway: '10.1.0.1' });
    const onBoth = endpointOn(both, '10.2.0.9', { address6: 'fd00:2::9', gateway: '10.2.0.77' });
    expect(hosts(sandboxOf({ naming, endpoints: [onLan, onBoth] })).slice(0, 2)).toEqual([
      '10.2.0.1\tmachine',
      'fd00:2::1\tmachine',
    ]);
    expect(hosts(sandboxOf({ naming, endpoints: [onLan] }))).toEqual(['10.1.0.7\tweb-host web']);
  });

  test('has the aliases of its links, at the address on the network that both are on, while the other is there', () => {
    const db = addedSandbox(store, {
      name: 'db',
      hostname: 'db-host',
      endpoints: [endpointOn(bridge, '172.17.0.5'), endpointOn(inner, '10.1.0.5')],
    });
    const links = [{ name: 'db', alias: 'store' }];
    const record = sandboxOf({ links, endpoints: [endpointOn(inner, '10.1.0.2'), endpointOn(bridge, '172.17.0.2')] });
    expect(hosts(record).slice(2)).toEqual(['10.1.0.5\tstore db-host db']);
    expect(hosts({ ...record, endpoints: [endpointOn(bridge, '172.17.0.2')] }).slice(1)).toEqual([
      '172.17.0.5\tstore db-host db',
    ]);
    store.transaction((tables) => tables.sandboxes.putSync(db.id, { ...db, state: 'leaving' }));
    expect(hosts(record)).toHaveLength(2);
    store.transaction((tables) => tables.sandboxes.removeSync(db.id));
    expect(hosts(record)).toHaveLength(2);
  });

  test("is a copy of the host's in its namespace, unless it was given hosts", () => {
    const record = sandboxOf({ mode: 'host', netns: { kind: 'host' }, hostname: undefined });
    expect(texts(record)).toMatchObject({ hosts: plain.hosts, hostname: 'machine\n', resolvConf: plain.resolvText });
    const naming = { hosts: [{ name: 'here', address: 'host-gateway' }] };
    expect(hosts({ ...record, naming })).toEqual(['127.0.0.1\there']);
  });
});

describe('resolv.conf of a sandbox', () => {
  const onBridge = () => sandboxOf({ endpoints: [endpointOn(bridge, '172.17.0.2')] });
  const onInner = () => sandboxOf({ endpoints: [endpointOn(bridge, '172.17.0.2'), endpointOn(inner, '10.1.0.2')] });

  test("is the host's without what only the host can reach", () => {
    expect(resolv(onBridge())).toEqual({ servers: ['10.255.0.53'], search: ['example.org'], options: ['rotate'] });
    const mixed = surroundings(
      'nameserver 127.0.0.1\nnameserver fd00::53\nnameserver fe80::1%eth0\nnameserver 10.0.0.1\n',
    );
    expect(resolv(onBridge(), mixed).servers).toEqual(['10.0.0.1']);
    const both = addedNetwork(store, { name: 'bridge6', ...dualStack });
    // Not one with names: there it is the host that asks.
    const six = sandboxOf({
      endpoints: [endpointOn({ ...both, id: bridge.id }, '172.17.0.9', { address6: 'fd00:2::9' })],
    });
    expect(resolv(six, mixed).servers).toEqual(['fd00::53', '10.0.0.1']);
  });

  test('has what systemd-resolved asks where the host asks systemd-resolved, else public servers', () => {
    const stub = 'nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch stub.example\n';
    const resolved = parseResolvConf('nameserver 10.0.0.7\nsearch real.example\n');
    expect(resolv(onBridge(), surroundings(stub, { resolved }))).toEqual({
      servers: ['10.0.0.7'],
      search: ['real.example'],
      options: [],
    });
    expect(resolv(onBridge(), surroundings(stub)).servers).toEqual(['8.8.8.8', '8.8.4.4']);
    expect(resolv(onBridge(), surroundings('')).servers).toEqual(['8.8.8.8', '8.8.4.4']);
  });

  test('has what it was given, else what the host gives to all', () => {
    const defaults = { dns: ['10.3.3.3'], dnsSearch: ['all.example'], dnsOptions: ['timeout:1'] };
    expect(resolv(onBridge(), plain, defaults)).toEqual({
      servers: ['10.3.3.3'],
      search: ['all.example'],
      options: ['timeout:1'],
    });
    const naming = { servers: ['127.0.0.1'], search: ['own.example'], options: ['ndots:3'] };
    expect(resolv({ ...onBridge(), naming }, plain, defaults)).toEqual({
      servers: ['127.0.0.1'],
      search: ['own.example'],
      options: ['ndots:3'],
    });
    expect(resolv({ ...onBridge(), naming: { search: [] } }, plain, defaults).search).toEqual([]);
    const nothing = { dns: [], dnsSearch: [], dnsOptions: [] };
    expect(resolv(onBridge(), plain, nothing)).toEqual(resolv(onBridge()));
  });

  test('names the name server of its first network that has one, and asks for short names as they are', () => {
    expect(resolv(onInner())).toEqual({
      servers: ['10.1.0.1'],
      search: ['example.org'],
      options: ['rotate', 'ndots:0'],
    });
    const own = { ...onInner(), naming: { servers: ['9.9.9.9'], options: ['ndots:2'] } };
    expect(resolv(own)).toEqual({ servers: ['10.1.0.1'], search: ['example.org'], options: ['ndots:2'] });
    expect(resolv({ ...own, naming: { options: ['ndots:x'] } }).options).toEqual(['ndots:x', 'ndots:0']);
    const both = addedNetwork(store, { name: 'both', ...dualStack });
    const dual = sandboxOf({ endpoints: [endpointOn(both, '10.2.0.9', { address6: 'fd00:2::9' })] });
    expect(resolv(dual).servers).toEqual(['10.2.0.1', 'fd00:2::1']);
    const silent = addedNetwork(store, {
      name: 'silent',
      options: { 'netplumb.dns': 'false' },
      subnets: dualStack.subnets,
    });
    expect(resolv(sandboxOf({ endpoints: [endpointOn(silent, '10.2.0.9')] })).servers).toEqual(['10.255.0.53']);
  });

  test("is the host's, loopback and all, in the host's namespace, but for what it was given", () => {
    const around = surroundings('# mine\nnameserver 127.0.0.53\nsearch a.example\n');
    const record = sandboxOf({ mode: 'host', netns: { kind: 'host' } });
    expect(texts(record, around).resolvConf).toBe(around.resolvText);
    expect(resolv({ ...record, naming: { search: ['b.example'] } }, around)).toEqual({
      servers: ['127.0.0.53'],
      search: ['b.example'],
      options: [],
    });
  });
});

test("a sandbox in another's namespace uses that one's files, or has some that say the same", () => {
  const owner = addedSandbox(store, { endpoints: [endpointOn(bridge, '172.17.0.2')] });
  const guest = addedSandbox(store, { name: 'guest', mode: 'container', netns: { kind: 'shared', sandbox: owner.id } });
  expect(store.read((tables) => filesHolder(tables, guest))).toBe(owner.id);
  expect(store.read((tables) => filesHolder(tables, { ...guest, files: undefined }))).toBeUndefined();
  store.transaction((tables) => tables.sandboxes.putSync(owner.id, { ...owner, files: undefined }));
  expect(store.read((tables) => filesHolder(tables, guest))).toBe(guest.id);
  expect(texts(guest)).toEqual(texts(owner));
});

test('the environment of links tells of what is exposed and published', () => {
  addedSandbox(store, {
    name: 'db',
    endpoints: [endpointOn(bridge, '172.17.0.5')],
    exposed: [{ protocol: 'tcp', port: 5432 }],
    ports: [
      { protocol: 'tcp', port: 80, hostPort: 8080 },
      { protocol: 'udp', port: 53, hostPort: 53, unsettled: 'going' },
    ],
    env: ['USER=me'],
  });
  const record = sandboxOf({ links: [{ name: 'db', alias: 'db' }], endpoints: [endpointOn(bridge, '172.17.0.2')] });
  const variables = linkEnvironment(
    record.name,
    store.read((tables) => linkedTo(tables, record)),
  );
  expect(variables).toContain('DB_PORT=tcp://172.17.0.5:80');
  expect(variables).toContain('DB_PORT_5432_TCP_ADDR=172.17.0.5');
  expect(variables).toContain('DB_ENV_USER=me');
  expect(variables.filter((variable) => variable.includes('53_UDP'))).toEqual([]);
});
