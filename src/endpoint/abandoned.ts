import { isDead, type SandboxRecord, type Tables } from '../store/index.js';
import { attemptAsync } from './attempt.js';
import type { EndpointContext } from './context.js';
import { detachRecords } from './detach.js';
import type { Request } from './spec.js';

/** Whether somebody is attaching or detaching it at this moment: this host or another, of this process or another. */
export function isBusy(record: SandboxRecord, { owner, working }: EndpointContext): boolean {
  if (record.state === 'ready') {
    return false;
  }
  return record.owner === owner ? working.has(record.id) : !isDead(record.owner);
}

/** Whether whoever was attaching or detaching it is gone, or it was to end with a process that has ended. */
export function isAbandoned(record: SandboxRecord, context: EndpointContext): boolean {
  return record.state === 'ready' ? record.bound && isDead(record.owner) : !isBusy(record, context);
}

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
