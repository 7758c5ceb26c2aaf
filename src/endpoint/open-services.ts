import { attemptAsync } from '../errors/index.js';
import { type Change, difference, type Element } from '../firewall/index.js';
import type { SandboxRecord } from '../store/index.js';
import { settledRecord, withoutUnsettled } from './conclude.js';
import type { EndpointContext } from './context.js';
import { type Holder, holdPorts, letGo } from './hold-ports.js';

/** A sandbox that is about to be reached. */
export interface Opening extends Holder {
  /** What has to be in force for its record, as it was first. */
  readonly elements: readonly Element[];
}

/**
 * Takes hold of the ports of sandboxes and brings into force what they need, before anything of them is made. Returns an error for
 * each that cannot be: `closeServices` takes back what was done for it.
 */
export async function openServices<One extends Opening>(
  context: EndpointContext,
  openings: readonly One[],
): Promise<Map<One, Error>> {
  const publishing = openings.filter(({ wishes }) => wishes.length > 0);
  const refusals = publishing.length === 0 ? [] : await holdPorts(context, publishing);
  const errors = new Map<One, Error>();
  publishing.forEach((one, i) => {
    const refusal = refusals[i];
    if (refusal) {
      errors.set(one, refusal);
    }
  });
  const opened = openings.filter((one) => !errors.has(one));
  const open = opened.map((one) => ({ one, elements: elementsOf(context, one) }));
  const add = open.flatMap(({ elements }) => elements);
  const failure = add.length === 0 ? undefined : await attemptAsync(() => bringIntoForce(context, add, opened));
  if (failure) {
    for (const { one } of open.filter(({ elements }) => elements.length > 0)) {
      errors.set(one, failure);
    }
  }
  return errors;
}

/** Takes back what `openServices` and what came after has brought into force for sandboxes; can be repeated. */
export async function closeServices(context: EndpointContext, records: readonly SandboxRecord[]): Promise<void> {
  if (records.length === 0 || !context.firewall.isOn) {
    return;
  }
  const { firewall, store } = context;
  const remove = store.read((tables) => records.flatMap((record) => firewall.remnantsOf(tables, record)));
  await firewall.apply({ add: [], remove });
  await letGo(context, records);
}

/** A sandbox that others are linked to may have gone while they came: its address is going to be another's. */
export async function closeStaleLinks(context: EndpointContext, openings: readonly Opening[]): Promise<void> {
  const { firewall, store } = context;
  for (const { record, elements } of openings.filter((one) => one.record.links)) {
    const now = store.read((tables) => firewall.elementsOf(tables, record));
    await firewall.apply({ add: [], remove: difference(elements, now).remove });
  }
}

/** What connections through the host remember of sandboxes that are gone, or of ports that lead to them no longer. */
export async function forgetConnections(
  { connection, firewall }: Pick<EndpointContext, 'connection' | 'firewall'>,
  records: readonly SandboxRecord[],
): Promise<void> {
  const addresses = records.flatMap(({ endpoints }) =>
    endpoints.flatMap(({ address, address6 }) => (address6 === undefined ? [address] : [address, address6])),
  );
  const ports = records.flatMap(translatedPorts);
  if (firewall.isOn && addresses.length + ports.length > 0) {
    await connection.flushConnections({ ports, addresses });
  }
}

/** Ports that were replaced since are another's. */
function elementsOf({ firewall, store }: EndpointContext, { refused, elements, record }: Opening): readonly Element[] {
  return refused.size === 0 ? elements : store.read((tables) => firewall.elementsOf(tables, record));
}

/** What comes into force, and what goes, when all that is unsettled of a sandbox has come to stay. */
export function settlingChange({ firewall, store }: EndpointContext, record: SandboxRecord): Change {
  return store.read((tables) =>
    difference(
      firewall.elementsOf(tables, withoutUnsettled(record)),
      firewall.elementsOf(tables, settledRecord(record)),
    ),
  );
}

/** A peer that goes on sending to a port never lets the kernel's memory of it, from before it was published, run out. */
export async function bringIntoForce(
  { connection, firewall }: EndpointContext,
  add: readonly Element[],
  publishing: readonly Holder[],
): Promise<undefined> {
  await firewall.apply({ add, remove: [] });
  const ports = publishing
    .flatMap(({ record }) => translatedPorts(record))
    .filter(({ protocol }) => protocol === 'udp');
  if (ports.length > 0) {
    await connection.flushConnections({ ports, addresses: [] });
  }
}

/** The host's ports that lead to a sandbox. */
function translatedPorts({ ports = [] }: SandboxRecord) {
  return ports.flatMap(({ protocol, hostAddress: address, hostPort: port }) =>
    port === undefined ? [] : [{ protocol, port, ...(address !== undefined && { address }) }],
  );
}
