import type { SandboxRecord, Tables } from '../store/index.js';
import { isAbandoned } from './abandoned.js';
import { attemptAsync } from './attempt.js';
import type { EndpointContext } from './context.js';
import { detachRecords } from './detach.js';
import type { Request } from './spec.js';

/**
 * Removes what stands in the way of requests but was abandoned: sandboxes that have the names, or on `network` the
 * addresses, that are asked for. So what a process was killed over can simply be repeated.
 */
export async function clearTheWay(
  context: EndpointContext,
  requests: readonly Request[],
  network: string | undefined,
): Promise<void> {
  const found = context.store
    .read((tables) => requests.flatMap((request) => holders(tables, request, network)))
    .filter((record) => isAbandoned(record, context));
  if (found.length > 0) {
    const records = [...new Map(found.map((record) => [record.id, record])).values()];
    // What cannot be removed is in the way as before, and is going to be said to be.
    await attemptAsync(() => detachRecords(context, records));
  }
}

function holders({ names, leases, sandboxes }: Tables, { name, ip }: Request, network: string | undefined) {
  const lease = network === undefined || ip === undefined ? undefined : leases.get([network, ip]);
  const ids = [names.get(name), lease && 'sandbox' in lease ? lease.sandbox : undefined];
  return ids.flatMap((id): SandboxRecord[] => {
    const record = id === undefined ? undefined : sandboxes.get(id);
    return record ? [record] : [];
  });
}
