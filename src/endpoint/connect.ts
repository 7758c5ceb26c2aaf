import { parseReference } from '../address/index.js';
import { attemptAsync, newError } from '../errors/index.js';
import { additions } from '../firewall/index.js';
import { failureToError, type Plan } from '../netlink/index.js';
import type { Network } from '../network/index.js';
import { type EndpointRecord, findNetwork, type SandboxRecord, type Tables } from '../store/index.js';
import { changeSandbox } from './change.js';
import { concludeChange, settledRecord } from './conclude.js';
import type { EndpointContext } from './context.js';
import { leadOut, linksOf } from './gateway.js';
import { takeHostEnd } from './host-end.js';
import { freeIndex } from './index-conflict.js';
import { freeNumber } from './interface-number.js';
import { leaseAddresses } from './lease.js';
import { requireNamespace } from './namespace-of.js';
import { requireServer } from './open-names.js';
import { openSegment } from './open-segments.js';
import { settlingChange } from './open-services.js';
import { markOf, planEndpoint } from './plan.js';
import { addAliases, refuseAliases } from './record-names.js';
import { settleSandbox } from './settle.js';
import { type EndpointSpec, readWish } from './wish.js';

/**
 * Gives a running sandbox an endpoint in another network. All or nothing. Throws ENONETWORK, ENOSANDBOX, EINNETWORK,
 * ENOOWNNETNS, ENOREACH, EINUSE, the grammars' and the leases' codes, and the kernel's refusals.
 */
export async function connectSandbox(
  context: EndpointContext,
  networkText: string,
  sandbox: string,
  spec: EndpointSpec,
): Promise<EndpointRecord> {
  const wish = readWish(spec);
  const network = await context.networks.ready(parseReference(networkText, 'network'));
  const intend = (tables: Tables, record: SandboxRecord): SandboxRecord => {
    context.store.demandRoom();
    requireNamespace(record);
    if (record.endpoints.some((one) => one.network === network.record.id)) {
      throw newError('EINNETWORK', { sandbox: record.name, network: network.record.name });
    }
    refuseAliases(wish, network);
    const leases = leaseAddresses(tables, network, record.id, wish);
    const number = freeNumber(record.endpoints, network.interfacePrefix);
    const endpoint = planEndpoint(wish, network, leases, number, takeHostEnd(tables, network));
    addAliases(tables, record.id, endpoint);
    return { ...record, endpoints: [...record.endpoints, { unsettled: 'coming', ...endpoint }] };
  };
  return changeSandbox(context, sandbox, intend, (record) => makeEndpoint(context, record, network));
}

/** Takes a sandbox out of a network. Throws ENONETWORK, ENOSANDBOX, ENOTINNETWORK, EINUSE and the kernel's refusals. */
export async function disconnectSandbox(context: EndpointContext, networkText: string, sandbox: string): Promise<void> {
  const reference = parseReference(networkText, 'network');
  const intend = (tables: Tables, record: SandboxRecord): SandboxRecord => {
    const network = findNetwork(tables, reference);
    if (!network) {
      throw newError('ENONETWORK', { network: networkText });
    }
    if (!record.endpoints.some((one) => one.network === network.id)) {
      throw newError('ENOTINNETWORK', { sandbox: record.name, network: network.name });
    }
    const endpoints = record.endpoints.map((one) =>
      one.network === network.id ? { ...one, unsettled: 'going' as const } : one,
    );
    return { ...record, endpoints };
  };
  await changeSandbox(context, sandbox, intend, (record) => settleSandbox(context, record));
}

/** Endpoints that were half made or half removed go; so what a process was killed over is gone. */
export async function settleHalfChanged(context: EndpointContext, sandbox: string): Promise<void> {
  await changeSandbox(
    context,
    sandbox,
    (_, record) => record,
    (record) => settleSandbox(context, record),
  );
}

/** The endpoint is the last of the record's, and unsettled. */
async function makeEndpoint(
  context: EndpointContext,
  record: SandboxRecord,
  network: Network,
): Promise<EndpointRecord> {
  const { firewall, store } = context;
  const wanted = settledRecord(record);
  const change = settlingChange(context, record);
  const error = await attemptAsync(async () => {
    await requireServer(context, network);
    const refusal = await openSegment(network, wanted.endpoints.at(-1) as EndpointRecord);
    if (refusal) {
      throw refusal;
    }
    // Its own first; what leads to another endpoint of the sandbox so far, once it is there.
    await firewall.apply({ add: additions(change), remove: [] });
    await perform(context, wanted, network);
  });
  if (error) {
    await settleSandbox(context, record);
    throw error;
  }
  store.transaction((tables) => concludeChange(tables, record, settledRecord));
  await firewall.apply(change);
  return wanted.endpoints.at(-1) as EndpointRecord;
}

/** Makes the last endpoint of a record. All or nothing, as far as the kernel lets it be taken back. */
async function perform({ connection, store, networks }: EndpointContext, record: SandboxRecord, network: Network) {
  const netns = requireNamespace(record);
  const endpoint = record.endpoints.at(-1) as EndpointRecord;
  const links = await linksOf(connection, netns);
  if (links.some(({ name }) => name === endpoint.interface)) {
    throw newError('EIFINUSE', { target: `sandbox ${record.name}`, interface: endpoint.interface });
  }
  const index = freeIndex(links);
  const { sandboxSlot } = connection;
  const before = record.endpoints.slice(0, -1);
  const joining = network.plan(endpoint, { mark: markOf(record, store), sandboxSlot, index, isDefault: false });
  const all = [...links, { index, name: endpoint.interface }];
  const plan: Plan = {
    sandbox: netns,
    sysctls: joining.sysctls,
    steps: [
      ...joining.steps,
      {
        name: 'gateway',
        inside: true,
        requests: leadOut(record.endpoints, all, before),
        settled: [endpoint.interface],
        undo: leadOut(before, links),
      },
    ],
  };
  const [outcome] = await connection.carryOut([plan]);
  if (outcome?.error) {
    const { failedStep: step } = outcome;
    const error = failureToError(outcome.error, { step, object: `sandbox ${record.name}` });
    const explained = await network.explain?.(step, error, endpoint);
    networks.forget(network.record.id);
    throw explained ?? error;
  }
}
