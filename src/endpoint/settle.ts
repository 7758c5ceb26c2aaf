import { attemptAsync } from '../errors/index.js';
import { nobody, type SandboxRecord, updateSandbox } from '../store/index.js';
import { concludeChange } from './conclude.js';
import type { EndpointContext } from './context.js';
import { forgetFarEnd, releaseAddresses } from './forget.js';
import { leadOut, linksOf } from './gateway.js';
import { namespaceOf } from './namespace-of.js';
import { removeEndpoints } from './remove-endpoints.js';

/**
 * Removes a sandbox's unsettled endpoints, leads its default routes through those that stay, and settles the record. What cannot
 * be done is thrown, and left to gc. To be called by whoever is changing the sandbox.
 */
export async function settleSandbox(context: EndpointContext, record: SandboxRecord): Promise<void> {
  const going = record.endpoints.filter(({ unsettled }) => unsettled);
  const staying = record.endpoints.filter(({ unsettled }) => !unsettled);
  const failed = await attemptAsync(() => removeFromKernel(context, record, going, staying));
  context.store.transaction((tables) => {
    if (failed instanceof Error) {
      updateSandbox(tables, { ...record, changer: nobody });
      return;
    }
    for (const endpoint of going) {
      releaseAddresses(tables, record, endpoint);
      forgetFarEnd(tables, endpoint);
    }
    concludeChange(tables, record, (endpoint) => (going.some(({ id }) => id === endpoint.id) ? [] : [endpoint]));
  });
  if (failed instanceof Error) {
    throw failed;
  }
}

async function removeFromKernel(
  { connection }: EndpointContext,
  record: SandboxRecord,
  going: SandboxRecord['endpoints'],
  staying: SandboxRecord['endpoints'],
): Promise<void> {
  const errors = await removeEndpoints(
    connection,
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
