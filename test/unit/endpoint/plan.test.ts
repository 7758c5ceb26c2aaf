import { describe, expect, test } from 'vitest';
import { parseIpv4 } from '../../../src/address/index.js';
import { planEndpoint, planSandbox } from '../../../src/endpoint/plan.js';
import { type AttachSpec, type OwnNamespace, readSpec } from '../../../src/endpoint/spec.js';
import type { Pool } from '../../../src/ipam/index.js';
import type { Connection, Link, Plan, Request } from '../../../src/netlink/index.js';
import { driverOf } from '../../../src/network/drivers/index.js';
import type { Network } from '../../../src/network/index.js';
import type { EndpointRecord, NetworkRecord, SandboxRecord } from '../../../src/store/index.js';

const id = '4f2a9c01b3d7'.padEnd(64, '0');
const hostIndex = 1_000_000;
const mark = `netplumb sandbox ${id} web /run/netplumb`;

/** A bridge that somebody else has made: the driver only looks at it. */
const bridge: Link = {
  family: 0,
  type: 1,
  index: 7,
  flags: 1,
  name: 'br0',
  address: '02:42:ac:11:00:01',
  mtu: 1500,
  info: { kind: 'bridge' },
} as Link;

/** As much of a host as the driver looks at. */
const connection = { request: async (_: Request) => bridge } as unknown as Connection;

function recordOf(subnet: string): NetworkRecord {
  const flags = { internal: false, attachable: false, ipv6: false, ours: false };
  const own = { id: 'f'.repeat(64), name: 'bridge', driver: 'bridge', created: 0, interface: 'br0' };
  return { ...own, ...flags, subnets: [{ subnet, gateway: '172.17.0.1' }], options: {}, labels: {} };
}

const ready = (subnet: string, settings = {}): Promise<Network> =>
  driverOf('bridge').ready(
    recordOf(subnet),
    { firewall: false, guardSegment: async () => undefined, ...settings },
    { connection, directory: '/run/netplumb' },
  );

interface Change {
  readonly network?: Network;
  readonly index?: number;
  readonly address?: string;
}

const network = await ready('172.17.0.0/16');

function endpointOf(spec: AttachSpec, { network: joined = network, address = '172.17.0.2' }: Change = {}) {
  const ipv4 = { pool: joined.pools[0] as Pool, slot: parseIpv4(address) };
  return planEndpoint(readSpec(spec).wish, joined, { ipv4, ipv6: undefined }, 0, { hostIndex });
}

/** The same with ids that are known, in all that comes of it. */
const named = (endpoint: EndpointRecord): EndpointRecord => ({ ...endpoint, id, hostInterface: 'veth4f2a9c01b3d' });

/** The plan of a sandbox on the bridge, or of one without an endpoint. */
function planOf(spec: AttachSpec, change: Change = {}): Plan {
  const { target, mode } = readSpec(spec);
  const isJoined = mode.kind === 'bridge';
  const common = { id, name: 'web', mode: mode.kind, state: 'pending', owner: '', bound: false, created: 0 } as const;
  const endpoints = isJoined ? [named(endpointOf(spec, change))] : [];
  const record = { ...common, netns: target, pin: '/run/netns/web', endpoints };
  const context = { directory: '/run/netplumb', sandboxSlot: 21, index: change.index ?? 2 };
  const joined = isJoined ? (change.network ?? network) : undefined;
  return planSandbox(record as SandboxRecord, target as OwnNamespace, joined, context);
}

const up = { flags: 1, change: 1 };

describe('the plan of a sandbox', () => {
  test('on a bridge is six steps, of which one can be taken back', () => {
    const plan = planOf({ pid: 2778 });
    expect(plan).toEqual({
      sandbox: { pid: 2778 },
      pin: '/run/netns/web',
      linkTarget: '/proc/2778/ns/net',
      sysctls: [{ path: 'ipv6/conf/default/disable_ipv6', value: '1', optional: true }],
      steps: [
        {
          name: 'identity',
          inside: false,
          optional: true,
          requests: [{ type: 88, flags: 0, body: { nsid: 2 ** 31 - 1 - 1_000_000, fd: 21 } }], // RTM_NEWNSID
          undo: [],
        },
        {
          name: 'link',
          inside: false,
          requests: [
            {
              type: 16, // RTM_NEWLINK
              flags: 0x600, // NLM_F_CREATE | NLM_F_EXCL
              body: {
                index: 1_000_000,
                name: 'veth4f2a9c01b3d',
                address: '02:42:ac:11:00:01',
                mtu: 1500,
                numTxQueues: 1,
                numRxQueues: 1,
                info: {
                  kind: 'veth',
                  data: {
                    peer: {
                      index: 2,
                      name: 'eth0',
                      address: '02:42:ac:11:00:02',
                      mtu: 1500,
                      numTxQueues: 1,
                      numRxQueues: 1,
                      netnsFd: 21,
                    },
                  },
                },
              },
            },
          ],
          undo: [{ type: 17, flags: 0, body: { name: 'veth4f2a9c01b3d' } }], // RTM_DELLINK
        },
        {
          name: 'mark',
          inside: false,
          hostSysctls: [{ path: 'ipv6/conf/veth4f2a9c01b3d/disable_ipv6', value: '1', optional: true }],
          // RTM_SETLINK
          requests: [{ type: 19, flags: 0, body: { index: 1_000_000, alias: mark } }],
          undo: [],
        },
        {
          name: 'address',
          inside: true,
          requests: [
            {
              type: 20, // RTM_NEWADDR
              flags: 0x600,
              body: {
                family: 2,
                index: 2,
                prefixLength: 16,
                local: '172.17.0.2',
                address: '172.17.0.2',
                broadcast: '172.17.255.255',
              },
            },
            { type: 19, flags: 0, body: { index: 2, ...up } },
            {
              type: 24, // RTM_NEWROUTE: unicast, RTPROT_BOOT, table main
              flags: 0x600,
              body: { family: 2, type: 1, protocol: 3, table: 254, gateway: '172.17.0.1', oif: 2 },
            },
          ],
          undo: [],
        },
        {
          name: 'port',
          inside: false,
          requests: [{ type: 19, flags: 0, body: { index: 1_000_000, master: 7, ...up } }],
          settled: ['veth4f2a9c01b3d', 'br0'],
          undo: [],
        },
        {
          name: 'ready',
          inside: true,
          requests: [{ type: 19, flags: 0, body: { index: 1, ...up } }],
          settled: ['eth0'],
          undo: [],
        },
      ],
    });
  });

  test('without an endpoint is nothing but a loopback that is up', () => {
    const requests = [{ type: 19, flags: 0, body: { index: 1, ...up } }];
    expect(planOf({ pid: 2778, network: 'none' })).toEqual({
      sandbox: { pid: 2778 },
      pin: '/run/netns/web',
      linkTarget: '/proc/2778/ns/net',
      sysctls: [],
      steps: [{ name: 'ready', inside: true, requests, undo: [] }],
    });
  });

  test('marks the loopback of a namespace that is made', () => {
    const requests = [{ type: 19, flags: 0, body: { index: 1, ...up, alias: mark } }];
    expect(planOf({ create: true, network: 'none' }).steps).toEqual([
      { name: 'ready', inside: true, requests, undo: [] },
    ]);
  });

  test.each<[AttachSpec, object]>([
    [{ pid: 2778 }, { sandbox: { pid: 2778 }, linkTarget: '/proc/2778/ns/net' }],
    [{ netns: '/proc/7/ns/net' }, { sandbox: { path: '/proc/7/ns/net' }, linkTarget: '/proc/7/ns/net' }],
    [{ fd: 9 }, { sandbox: { fd: 9 }, linkTarget: undefined }],
  ])('of %j differs from that of any other existing one in %j alone', (spec, own) => {
    expect(planOf(spec)).toEqual({ ...planOf({ pid: 1 }), ...own });
  });

  test('asks for another interface index wherever it names one', () => {
    const inside = planOf({ create: true }, { index: 5 }).steps.filter((step) => step.inside);
    const indexes = inside.flatMap(({ requests }) =>
      requests.map(({ body }) => ({ ...body }) as { index?: number; oif?: number }),
    );
    expect(indexes.map(({ index, oif }) => index ?? oif)).toEqual([5, 5, 5, 1]);
    expect(JSON.stringify(planOf({ create: true }, { index: 5 }))).toContain(
      '"peer":{"index":5,"name":"eth0","address":"02:42:ac:11:00:02","netnsFd":21,"mtu":1500,"numTxQueues":1,"numRxQueues":1}',
    );
  });

  test.each(['172.17.0.0/31', '172.17.0.0/32'])('sets no broadcast address in %s, which has none', async (subnet) => {
    const plan = planOf({ create: true }, { network: await ready(subnet), address: '172.17.0.0' });
    expect(JSON.stringify(plan)).not.toContain('broadcast');
  });
});

describe('an endpoint', () => {
  test('has what was asked for', () => {
    const asked = { macAddress: '02:00:00:00:00:07', defaultGateway: '172.17.9.9', mtu: 1400 };
    expect(endpointOf({ create: true, ...asked })).toMatchObject({
      macAddress: '02:00:00:00:00:07',
      gateway: '172.17.9.9',
      mtu: 1400,
    });
  });

  test('else has the MAC address of its address, the gateway and the MTU of the network', async () => {
    const change = {
      network: await ready('172.17.0.0/16', { defaultGateway: '172.17.0.254' }),
      address: '172.17.255.7',
    };
    const endpoint = endpointOf({ create: true }, change);
    expect(endpoint).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      network: network.record.id,
      interface: 'eth0',
      hostInterface: `veth${endpoint.id.slice(0, 11)}`,
      hostIndex: 1_000_000,
      address: '172.17.255.7',
      prefixLength: 16,
      macAddress: '02:42:ac:11:ff:07',
      gateway: '172.17.0.254',
      mtu: 1500,
      gatewayPriority: 0,
    });
  });
});
