import { closeSync, constants, openSync } from 'node:fs';
import { contains, formatIpv4, macFromIpv4, newId, parseIpv4, parseSubnet } from '../address/index.js';
import { attemptAsync, newError, refusable } from '../errors/index.js';
import { addressOf, leaseExact, leaseNext, poolsOf } from '../ipam/index.js';
import {
  AF_INET,
  deleteLink,
  failureToError,
  getLink,
  type NetnsRef,
  newAddress,
  newLink,
  newRoute,
  type Plan,
  type Request,
  RouteScope,
  setLink,
} from '../netlink/index.js';
import { sandboxSysctls } from '../network/index.js';
import type { EndpointRecord, SandboxRecord, Tables } from '../store/index.js';
import { changeSandbox, requireSandbox } from './change.js';
import { concludeChange, settled, settledRecord } from './conclude.js';
import type { EndpointContext } from './context.js';
import { linksOf } from './gateway.js';
import { freeIndex } from './index-conflict.js';
import { freeNumber } from './interface-number.js';
import { requireNamespace } from './namespace-of.js';
import { markOf } from './plan.js';
import { settleSandbox } from './settle.js';

/**
 * Where links' addresses come from that nobody names: they mean something between two
 * sandboxes only, so that the host may use the range for something else. The lower half is for those who choose.
 */
const subnet = '10.1.0.0/16';
export const linkPools = poolsOf({ id: 'links', name: 'links', subnets: [{ subnet, range: '10.1.128.0/17' }] });

/** In bytes. */
const mtu = 1500;

export interface LinkOptions {
  /** The first sandbox's address and the second's. */
  readonly ips?: readonly [string, string] | undefined;
}

/** The two ends of a link, in the order in which the sandboxes were named. */
export type LinkEnds = readonly [EndpointRecord, EndpointRecord];

/**
 * Links two sandboxes by a pair of interfaces of their own, without a bridge: each has a /32 and a route to the other's. All or
 * nothing. Throws ENOSANDBOX, EUSAGE for one and the same, ENOOWNNETNS, ENOREACH, EINUSE, EBADADDR, the leases' codes, and the
 * kernel's refusals.
 */
export async function linkSandboxes(
  context: EndpointContext,
  one: string,
  other: string,
  { ips }: LinkOptions,
): Promise<LinkEnds> {
  const addresses = ips?.map((ip) => formatIpv4(parseIpv4(ip)));
  const found = context.store.read((tables) => [requireSandbox(tables, one), requireSandbox(tables, other)] as const);
  const ids = found.map(({ id }) => id) as [string, string];
  if (ids[0] === ids[1] || (addresses && addresses[0] === addresses[1])) {
    throw newError('EUSAGE', { problem: 'a link needs two different sandboxes, and two different addresses' });
  }
  const link = newId();
  const intendFor = (i: 0 | 1) => (tables: Tables, record: SandboxRecord) => {
    context.store.demandRoom();
    return withEnd(tables, record, { id: link, peer: ids[1 - i] as string }, addresses?.[i]);
  };
  // Always in the same order: two who link the same sandboxes at once must not wait for each other.
  const [first, second] = ids[0] < ids[1] ? ([0, 1] as const) : ([1, 0] as const);
  return changeSandbox(context, ids[first], intendFor(first), async (near) => {
    const made = await attemptAsync(() =>
      changeSandbox(context, ids[second], intendFor(second), (far) =>
        makeLink(context, first === 0 ? [near, far] : [far, near]),
      ),
    );
    if (made instanceof Error) {
      await settleSandbox(context, near);
      throw made;
    }
    return made;
  });
}

/** Takes the links between two sandboxes away. Throws ENOSANDBOX, ENOTLINKED, EINUSE, and the kernel's refusals. */
export async function unlinkSandboxes(context: EndpointContext, one: string, other: string): Promise<void> {
  const peer = context.store.read((tables) => requireSandbox(tables, other));
  const intend = (_: Tables, record: SandboxRecord): SandboxRecord => {
    if (!record.endpoints.some(({ link }) => link?.peer === peer.id)) {
      throw newError('ENOTLINKED', { sandbox: record.name, other: peer.name });
    }
    const endpoints = record.endpoints.map((end) =>
      end.link?.peer === peer.id ? { ...end, unsettled: 'going' as const } : end,
    );
    return { ...record, endpoints };
  };
  await changeSandbox(context, one, intend, (record) => settleSandbox(context, record));
}

function withEnd(
  tables: Tables,
  record: SandboxRecord,
  link: { readonly id: string; readonly peer: string },
  ip: string | undefined,
): SandboxRecord {
  requireNamespace(record);
  const address = ip ?? addressOf(leaseNext(tables, linkPools, record.id).slot);
  if (ip !== undefined && contains(parseSubnet(subnet), parseIpv4(ip))) {
    leaseExact(tables, linkPools, record.id, ip);
  }
  const end: EndpointRecord = {
    id: newId(),
    network: 'links',
    link,
    interface: `eth${freeNumber(record.endpoints, 'eth')}`,
    address,
    prefixLength: 32,
    macAddress: macFromIpv4(parseIpv4(address)),
    mtu,
    gatewayPriority: 0,
    unsettled: 'coming',
  };
  return { ...record, endpoints: [...record.endpoints, end] };
}

/** The kernel's part, and the records settled. Throws when it is refused; the far sandbox is settled then. */
async function makeLink(
  context: EndpointContext,
  [one, other]: readonly [SandboxRecord, SandboxRecord],
): Promise<LinkEnds> {
  const ends = [
    settled(one.endpoints.at(-1) as EndpointRecord),
    settled(other.endpoints.at(-1) as EndpointRecord),
  ] as const;
  const error = await attemptAsync(() => perform(context, [one, other], ends));
  if (error) {
    await settleSandbox(context, other);
    await settleSandbox(context, one);
    throw error;
  }
  context.store.transaction((tables) => {
    for (const record of [one, other]) {
      concludeChange(tables, record, settledRecord);
    }
  });
  return ends;
}

async function perform(
  { connection, store }: EndpointContext,
  records: readonly [SandboxRecord, SandboxRecord],
  [near, far]: LinkEnds,
): Promise<void> {
  const [one, other] = records.map(requireNamespace) as [NetnsRef, NetnsRef];
  const index = freeIndex(await linksOf(connection, one));
  const farIndex = freeIndex(await linksOf(connection, other));
  // The plan's own sandbox is one end's; the other is named by a descriptor of this process.
  const netnsFd = openNamespace(other);
  try {
    const peer = { index: farIndex, name: far.interface, address: far.macAddress, mtu, netnsFd };
    const own = { index, name: near.interface, address: near.macAddress, mtu, netnsFd: connection.sandboxSlot };
    await carryOut(connection, records[0], {
      sandbox: one,
      sysctls: sandboxSysctls(near),
      steps: [
        {
          name: 'link',
          inside: false,
          requests: [newLink({ ...own, info: { kind: 'veth', data: { peer } } })],
          undo: [],
        },
        { name: 'made', inside: true, requests: [getLink({ index })], undo: [deleteLink({ index })] },
        {
          name: 'address',
          inside: true,
          requests: [setLink({ index, alias: markOf(records[0], store) }), ...configure(near, far, index)],
          undo: [],
        },
      ],
    });
  } finally {
    closeSync(netnsFd);
  }
  const farRequests = [
    setLink({ index: farIndex, alias: markOf(records[1], store) }),
    ...configure(far, near, farIndex),
  ];
  await carryOut(connection, records[1], {
    sandbox: other,
    sysctls: [{ path: `ipv6/conf/${far.interface}/disable_ipv6`, value: '1', optional: true, lasting: true }],
    steps: [{ name: 'address', inside: true, requests: farRequests, settled: [far.interface], undo: [] }],
  });
}

/** An address of its own, and the way to the other one. */
function configure({ address }: EndpointRecord, { address: dst }: EndpointRecord, index: number): Request[] {
  return [
    newAddress({ family: AF_INET, index, prefixLength: 32, local: address, address }),
    setLink({ index, up: true }),
    newRoute({ family: AF_INET, dst, dstLength: 32, oif: index, scope: RouteScope.link }),
  ];
}

async function carryOut(connection: EndpointContext['connection'], { name }: SandboxRecord, plan: Plan): Promise<void> {
  const [outcome] = await connection.carryOut([plan]);
  if (outcome?.error) {
    throw failureToError(outcome.error, { step: outcome.failedStep, object: `sandbox ${name}` });
  }
}

function openNamespace(netns: NetnsRef): number {
  const path = 'pid' in netns ? `/proc/${netns.pid}/ns/net` : (netns as { readonly path: string }).path;
  return refusable(path, () => openSync(path, constants.O_RDONLY));
}
