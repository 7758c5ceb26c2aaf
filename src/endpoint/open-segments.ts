import { attemptAsync } from '../errors/index.js';
import type { Network } from '../network/index.js';
import type { EndpointRecord, SandboxRecord } from '../store/index.js';
import type { EndpointContext } from './context.js';

/** A sandbox whose first endpoint is about to be made. */
interface Joining {
  readonly record: SandboxRecord;
  readonly network: Network | undefined;
}

/** Makes the bridges that endpoints are going to join, where those are not their networks' own. Returns an error for each without. */
export async function openSegments<One extends Joining>(joining: readonly One[]): Promise<Map<One, Error>> {
  const errors = new Map<One, Error>();
  for (const one of joining) {
    const [endpoint] = one.record.endpoints;
    // Most are on their networks' own: nothing to wait for.
    const refusal = endpoint?.segment !== undefined && one.network && (await openSegment(one.network, endpoint));
    if (refusal) {
      errors.set(one, refusal);
    }
  }
  return errors;
}

/** The same for one endpoint. */
export async function openSegment(network: Network, { segment }: EndpointRecord): Promise<Error | undefined> {
  const opened = segment === undefined ? undefined : await attemptAsync(async () => network.openSegment?.(segment));
  return opened instanceof Error ? opened : undefined;
}

/**
 * Removes the bridges that were left by the last of their endpoints. What cannot be removed is for gc. For each bridge the kernel waits
 * for all processors, some 15 ms in which it keeps RTNL (rcu_barrier in br_multicast_dev_del, net/bridge/br_multicast.c): while attaches
 * come, one at a time.
 */
export async function closeSegments(
  { foreground, networks, removals }: Pick<EndpointContext, 'foreground' | 'networks' | 'removals'>,
  gone: readonly EndpointRecord[],
): Promise<void> {
  const names = new Map<string, Set<string>>();
  for (const { network, segment } of gone) {
    if (segment !== undefined) {
      names.set(network, (names.get(network) ?? new Set()).add(segment));
    }
  }
  if (names.size === 0) {
    return;
  }
  const each = [...names].flatMap(([network, own]) => [...own].map((name) => new Map([[network, new Set([name])]])));
  for (const some of foreground.isQuiet ? [names] : each) {
    await foreground.idle();
    await attemptAsync(async () => networks.shrink(some, await removals.connection()));
  }
}
