import { formatIpv4, macFromIpv4, newId } from '../address/index.js';
import { addressOf, type Leased } from '../ipam/index.js';
import { type Plan, type Step, setLink } from '../netlink/index.js';
import { formatMark, type Network } from '../network/index.js';
import type { EndpointRecord, SandboxRecord } from '../store/index.js';
import type { HostEndPlace } from './host-end.js';
import { netnsRef, type OwnNamespace } from './spec.js';
import type { EndpointWish } from './wish.js';

/** The index of `lo` in every namespace (net/core/dev.c, dev_new_index starts there; loopback_net_init is first). */
const loopbackIndex = 1;

/**
 * The index that the first interface beside `lo` gets. Asking for it saves looking it up; the kernel heeds the wish only
 * when the host's end has one too (drivers/net/veth.c, veth_newlink).
 */
export const firstIndex = 2;

/** What a sandbox was given in a network. */
export interface Leases {
  readonly ipv4: Leased;
  readonly ipv6: Leased | undefined;
}

/** An endpoint as it is to be, from what was asked and the addresses that were leased. `number`: of its interface. */
export function planEndpoint(
  { macAddress, defaultGateway, mtu, gatewayPriority, aliases }: EndpointWish,
  network: Network,
  { ipv4, ipv6 }: Leases,
  number: number,
  hostEnd: HostEndPlace,
): EndpointRecord {
  const id = newId();
  const { record, interfacePrefix, isRouted } = network;
  const own = record.internal ? undefined : (network.defaultGateway ?? ipv4.pool.gateway);
  const gateway = defaultGateway ?? own;
  return {
    id,
    network: record.id,
    interface: `${interfacePrefix}${number}`,
    ...(hostEnd.hostIndex !== undefined && { hostInterface: `veth${id.slice(0, 11)}` }),
    ...hostEnd,
    address: formatIpv4(ipv4.slot as number),
    prefixLength: isRouted ? 32 : ipv4.pool.prefixLength,
    ...(gateway !== undefined && { gateway }),
    ...(ipv6 && planIpv6(network, ipv6)),
    macAddress: macAddress ?? macFromIpv4(ipv4.slot as number),
    mtu: mtu ?? network.mtu,
    gatewayPriority,
    ...(aliases.length > 0 && { aliases }),
  };
}

function planIpv6({ record, defaultGateway6, isRouted }: Network, { pool, slot }: Leased) {
  const gateway6 = record.internal ? undefined : (defaultGateway6 ?? pool.gateway);
  const own = { address6: addressOf(slot), prefixLength6: isRouted ? 128 : pool.prefixLength };
  return gateway6 === undefined ? own : { ...own, gateway6 };
}

/** What a sandbox's plans need beside the records. */
export interface SandboxPlanContext {
  /** The run directory: whose the kernel objects are. */
  readonly directory: string;
  /** The descriptor by which messages name the plan's own sandbox. */
  readonly sandboxSlot: number;
  /** The index to ask for in the sandbox. */
  readonly index: number;
}

/** All that the kernel has to do for a new sandbox with a namespace of its own. */
export function planSandbox(
  record: SandboxRecord,
  target: OwnNamespace,
  network: Network | undefined,
  context: SandboxPlanContext,
): Plan {
  const [endpoint] = record.endpoints;
  const joining = endpoint && network?.plan(endpoint, { mark: markOf(record, context), isDefault: true, ...context });
  // So it can be told that the namespace is ours, even if nothing else of the sandbox shows in the kernel.
  const loopbackMark = target.kind === 'created' ? markOf(record, context) : undefined;
  return {
    sandbox: netnsRef(target),
    pin: record.pin,
    linkTarget: linkTarget(target),
    sysctls: joining?.sysctls ?? [],
    steps: (joining?.steps ?? []).concat(readyStep(endpoint, loopbackMark)),
  };
}

/** The alias of a sandbox's links. */
export function markOf({ id, name }: SandboxRecord, { directory }: Pick<SandboxPlanContext, 'directory'>): string {
  return formatMark({ kind: 'sandbox', id, name }, directory);
}

/** The last step: `lo` is the only change to someone else's namespace that removing the link does not take back. */
function readyStep(endpoint: EndpointRecord | undefined, alias: string | undefined): Step {
  return {
    name: 'ready',
    inside: true,
    requests: [setLink({ index: loopbackIndex, up: true, ...(alias !== undefined && { alias }) })],
    ...(endpoint && { settled: [endpoint.interface] }),
    undo: [],
  };
}

function linkTarget(target: OwnNamespace): string | undefined {
  if (target.kind === 'pid') {
    return `/proc/${target.pid}/ns/net`;
  }
  return target.kind === 'path' ? target.path : undefined;
}
