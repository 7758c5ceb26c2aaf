import { formatIpv4, type Ipv4, lastAddress, macFromIpv4 } from '../address/index.js';
import {
  AF_INET,
  deleteLink,
  getLink,
  newAddress,
  newLink,
  newNetnsId,
  newRoute,
  type Plan,
  type Request,
  type Step,
  type Sysctl,
  setLink,
} from '../netlink/index.js';
import { formatMark, type Network } from '../network/index.js';
import type { EndpointRecord, SandboxRecord } from '../store/index.js';
import { type Request as AttachRequest, netnsRef, type OwnNamespace } from './spec.js';

/** The index of `lo` in every namespace (net/core/dev.c, dev_new_index starts there; loopback_net_init is first). */
const loopbackIndex = 1;

/**
 * The index that the first interface beside `lo` gets. Asking for it saves looking it up; the kernel heeds the wish only
 * when the host's end has one too (drivers/net/veth.c, veth_newlink).
 */
export const firstIndex = 2;

/**
 * Every notification about a veth looks for its peer's namespace among the host's numbered namespaces, from the lowest
 * number up (peernet2id_alloc in net/core/net_namespace.c). Falling numbers have the newest found first.
 */
const highestNetnsId = 2 ** 31 - 1;

/** An endpoint on a bridge as it is to be, from what was asked and the address that was leased. */
export function planEndpoint(
  request: AttachRequest,
  network: Network,
  address: Ipv4,
  hostIndex: number,
): EndpointRecord {
  return {
    network: network.id,
    interface: 'eth0',
    hostInterface: `veth${request.id.slice(0, 11)}`,
    hostIndex,
    address: formatIpv4(address),
    prefixLength: network.subnet.prefix,
    macAddress: request.macAddress ?? macFromIpv4(address),
    gateway: formatIpv4(request.defaultGateway ?? network.defaultGateway),
    mtu: request.mtu ?? network.mtu,
  };
}

/** What the plan needs beside the records. */
export interface PlanContext {
  /** The run directory: whose the kernel objects are. */
  readonly directory: string;
  /** The descriptor by which messages name the plan's own sandbox. */
  readonly sandboxSlot: number;
  /** The index to ask for in the sandbox. */
  readonly index: number;
}

/** All that the kernel has to do for a sandbox with a namespace of its own. */
export function planSandbox(
  record: SandboxRecord,
  target: OwnNamespace,
  network: Network | undefined,
  context: PlanContext,
): Plan {
  const { endpoint } = record;
  return {
    sandbox: netnsRef(target),
    pin: record.pin,
    linkTarget: linkTarget(target),
    sysctls: endpoint ? sandboxSysctls : [],
    steps: [
      ...(endpoint && network ? endpointSteps(record, endpoint, network, context) : []),
      readyStep(endpoint && context.index),
    ],
  };
}

/**
 * An IPv4 network has IPv6 off on its endpoints: no chatter that a bridge would copy to every port, and no router
 * advertisement of a neighbour is ever taken. As the namespace's default, before the interface exists, it costs one
 * write; on the interface it would cost several trips through the kernel's global lock.
 */
const sandboxSysctls: readonly Sysctl[] = [{ path: 'ipv6/conf/default/disable_ipv6', value: '1', optional: true }];

/** The last step: `lo` is the only change to someone else's namespace that removing the link does not take back. */
function readyStep(index: number | undefined): Step {
  const loopback = setLink({ index: loopbackIndex, up: true });
  return {
    name: 'ready',
    inside: true,
    requests: [loopback, ...(index === undefined ? [] : [settle(index)])],
    undo: [],
  };
}

/**
 * Asking for a link makes the kernel act on its carrier at once (linkwatch_sync_dev in rtnl_getlink, Linux 6.8). Left to
 * its worker, that happens up to a second later, and until then what is sent is dropped.
 */
function settle(index: number): Request {
  return getLink({ index });
}

function linkTarget(target: OwnNamespace): string | undefined {
  if (target.kind === 'pid') {
    return `/proc/${target.pid}/ns/net`;
  }
  return target.kind === 'path' ? target.path : undefined;
}

/**
 * The order is the cheapest that was measured (benchmarks/floor): the host's end is marked while it is down, which
 * notifies nobody, and joins the bridge when the other end is up, so that there is one change of carrier and of port state.
 */
function endpointSteps(
  record: SandboxRecord,
  endpoint: EndpointRecord,
  network: Network,
  { directory, sandboxSlot, index }: PlanContext,
): Step[] {
  const { hostInterface: name, hostIndex, mtu, macAddress } = endpoint;
  const lean = { mtu, numTxQueues: 1, numRxQueues: 1 };
  const peer = { ...lean, index, name: endpoint.interface, address: macAddress, netnsFd: sandboxSlot };
  // With the bridge's own address the bridge keeps no forwarding entry for the port (br_fdb_add_local), and a foreign
  // bridge does not change its address to a lower one of ours.
  const pair = {
    ...lean,
    index: hostIndex,
    name,
    address: network.bridgeAddress,
    info: { kind: 'veth', data: { peer } },
  };
  const port = { index: hostIndex, master: network.bridgeIndex, up: true };
  const mark = { index: hostIndex, alias: formatMark('sandbox', record.id, directory) };
  return [
    {
      name: 'identity',
      inside: false,
      // A namespace that was attached before has its number already, and keeps it.
      optional: true,
      requests: [newNetnsId({ fd: sandboxSlot, nsid: highestNetnsId - hostIndex })],
      undo: [],
    },
    { name: 'link', inside: false, requests: [newLink(pair)], undo: [deleteLink({ name })] },
    {
      name: 'mark',
      inside: false,
      // A port of a bridge has no use for IPv6; with it, each would add a route to the host's table that all others walk.
      hostSysctls: [{ path: `ipv6/conf/${name}/disable_ipv6`, value: '1', optional: true }],
      requests: [setLink(mark)],
      undo: [],
    },
    {
      name: 'address',
      inside: true,
      requests: [
        newAddress(addressOf(endpoint, network, index)),
        setLink({ index, up: true }),
        newRoute({ family: AF_INET, gateway: endpoint.gateway, oif: index }),
      ],
      undo: [],
    },
    {
      name: 'port',
      inside: false,
      requests: [setLink(port), settle(hostIndex)],
      undo: [],
    },
  ];
}

function addressOf({ address, prefixLength }: EndpointRecord, { subnet }: Network, index: number) {
  const broadcast = prefixLength < 31 ? { broadcast: formatIpv4(lastAddress(subnet)) } : {};
  return { family: AF_INET, index, prefixLength, local: address, address, ...broadcast };
}
