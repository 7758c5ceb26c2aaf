import { type PortWish, parsePublish } from '../address/index.js';
import { newError } from '../errors/index.js';
import type { Network } from '../network/index.js';
import type { PortRecord, SandboxRecord, Tables } from '../store/index.js';
import { changeSandbox, requireSandbox } from './change.js';
import { concludeChange, settledRecord } from './conclude.js';
import type { EndpointContext } from './context.js';
import { holdPorts, portsFor } from './hold-ports.js';
import { bringIntoForce, settlingChange } from './open-services.js';
import { claim } from './record-service.js';
import { settleSandbox } from './settle.js';

/**
 * Publishes further ports of a running sandbox. All or nothing. Returns them with the host's ports that they got. Throws EBADPORT,
 * ENOSANDBOX, EINUSE, EBADOPTION where nothing can be published, EPORTTAKEN, EPORTINUSE, ENOHOSTADDR, ENOFREEPORT, and the kernel's
 * refusals.
 */
export async function publishPorts(
  context: EndpointContext,
  sandbox: string,
  specs: readonly string[],
): Promise<PortRecord[]> {
  const wishes = specs.flatMap(parsePublish);
  const network = await publishingNetwork(context, sandbox);
  const intend = (tables: Tables, record: SandboxRecord): SandboxRecord => {
    context.store.demandRoom();
    const claimed = claim(tables, record.id, wishes, network, context.publishing);
    const ports = claimed.map((port) => ({ unsettled: 'coming' as const, ...port }));
    return { ...record, ports: [...(record.ports ?? []), ...ports] };
  };
  return changeSandbox(context, sandbox, intend, (record) => publish(context, record, network, wishes));
}

/** Takes published ports back, as they were published. Throws EBADPORT, ENOSANDBOX, ENOTPUBLISHED, EINUSE, the kernel's refusals. */
export async function unpublishPorts(
  context: EndpointContext,
  sandbox: string,
  specs: readonly string[],
): Promise<void> {
  const wishes = specs.flatMap(parsePublish);
  const intend = (_: Tables, record: SandboxRecord): SandboxRecord => {
    const ports = record.ports ?? [];
    const going = new Set(wishes.map((wish) => meant(record, ports, wish)));
    return {
      ...record,
      ports: ports.map((port) => (going.has(port) ? { ...port, unsettled: 'going' as const } : port)),
    };
  };
  await changeSandbox(context, sandbox, intend, (record) => settleSandbox(context, record));
}

async function publish(
  context: EndpointContext,
  record: SandboxRecord,
  network: Network | undefined,
  wishes: readonly PortWish[],
): Promise<PortRecord[]> {
  const holder = { record, network, wishes, refused: new Set<string>() };
  const [refusal] = await holdPorts(context, [holder]);
  try {
    if (refusal) {
      throw refusal;
    }
    await bringIntoForce(context, settlingChange(context, holder.record).add, [holder]);
  } catch (error) {
    await settleSandbox(context, holder.record);
    throw error;
  }
  context.store.transaction((tables) => concludeChange(tables, record, settledRecord));
  return [...portsFor(settledRecord(holder.record), wishes)];
}

/** The network by which a sandbox is reached from outside. */
async function publishingNetwork({ firewall, store, networks }: EndpointContext, sandbox: string) {
  const record = store.read((tables) => {
    const endpoint = firewall.publishingEndpoint(tables, requireSandbox(tables, sandbox));
    return endpoint && tables.networks.get(endpoint.network);
  });
  return record && networks.readyOf(record);
}

/** The port on record that a specification means. What it leaves open matches whatever there is. */
function meant({ name }: SandboxRecord, ports: readonly PortRecord[], wish: PortWish): PortRecord {
  const found = ports.find(
    ({ protocol, port, hostAddress, hostPort }) =>
      protocol === wish.protocol &&
      port === wish.port &&
      (wish.hostAddress === undefined || wish.hostAddress === hostAddress) &&
      (wish.hostPorts === undefined ||
        (hostPort !== undefined && hostPort >= wish.hostPorts.first && hostPort <= wish.hostPorts.last)),
  );
  if (!found) {
    throw newError('ENOTPUBLISHED', { sandbox: name, port: `${wish.port}/${wish.protocol}` });
  }
  return found;
}
