import { attemptAsync } from '../errors/index.js';
import { releasePorts } from '../ipam/index.js';
import { nobody, type SandboxRecord, type Unsettled, updateSandbox } from '../store/index.js';
import { concludeChange, goingRecord, withoutUnsettled } from './conclude.js';
import type { EndpointContext } from './context.js';
import { forgetFarEnd, releaseAddresses } from './forget.js';
import { leadOut, linksOf } from './gateway.js';
import { letGo } from './hold-ports.js';
import { namespaceOf } from './namespace-of.js';
import { closeSegments } from './open-segments.js';
import { forgetConnections, settlingChange } from './open-services.js';
import { removeEndpoints } from './remove-endpoints.js';

/**
 * Removes a sandbox's unsettled endpoints and ports, leads its default routes through those that stay, and settles the record. What
 * cannot be done is thrown, and left to gc. To be called by whoever is changing the sandbox.
 */
export async function settleSandbox(context: EndpointContext, record: SandboxRecord): Promise<void> {
  const { endpoints: going, ports } = unsettledOf(record);
  const staying = record.endpoints.filter(({ unsettled }) => !unsettled);
  const marked = asGoing(context, record);
  const failed = await attemptAsync(() => removeFromKernel(context, marked, going, staying));
  context.store.transaction((tables) => {
    if (failed instanceof Error) {
      updateSandbox(tables, { ...marked, changer: nobody });
      return;
    }
    for (const endpoint of going) {
      releaseAddresses(tables, record, endpoint);
      forgetFarEnd(tables, endpoint);
    }
    releasePorts(tables, record.id, ports);
    concludeChange(tables, record, withoutUnsettled);
  });
  if (failed instanceof Error) {
    throw failed;
  }
  await closeSegments(context, going);
}

async function removeFromKernel(
  context: EndpointContext,
  record: SandboxRecord,
  going: SandboxRecord['endpoints'],
  staying: SandboxRecord['endpoints'],
): Promise<void> {
  const { connection } = context;
  await closeUnsettled(context, record);
  const errors = await removeEndpoints(
    context,
    going.map((endpoint) => ({ record, endpoint })),
  );
  const first = errors.find((error) => error);
  if (first) {
    throw first;
  }
  const netns = namespaceOf(record);
  if (!netns || going.length === 0) {
    return;
  }
  const answers = await connection.requestAll(leadOut(staying, await linksOf(connection, netns)), netns);
  const refused = answers.find(({ error }) => error)?.error;
  if (refused) {
    throw refused;
  }
}

/** On record it goes from here on: nobody who repairs rules brings it back. */
function asGoing({ store }: EndpointContext, record: SandboxRecord): SandboxRecord {
  const { endpoints, ports } = unsettledOf(record);
  if (![...endpoints, ...ports].some(({ unsettled }) => unsettled === 'coming')) {
    return record;
  }
  return store.transaction((tables) => {
    const changed = goingRecord(tables.sandboxes.get(record.id) ?? record);
    updateSandbox(tables, changed);
    return changed;
  });
}

/** Nothing of what is unsettled is reached any more; whatever else led there first, leads to what stays. */
async function closeUnsettled(context: EndpointContext, record: SandboxRecord): Promise<void> {
  const { firewall, store } = context;
  const add = store.read((tables) => firewall.elementsOf(tables, withoutUnsettled(record)));
  // Who was killed may have brought some of either into force.
  await firewall.apply({ add, remove: settlingChange(context, record).add });
  const going = { ...record, ...unsettledOf(record) };
  await letGo(context, [going]);
  await forgetConnections(context, [going]);
}

function unsettledOf({ ports = [], endpoints }: SandboxRecord): Required<Pick<SandboxRecord, 'ports' | 'endpoints'>> {
  const isUnsettled = ({ unsettled }: { readonly unsettled?: Unsettled }) => unsettled !== undefined;
  return { ports: ports.filter(isUnsettled), endpoints: endpoints.filter(isUnsettled) };
}
