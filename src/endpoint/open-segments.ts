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
    const refusal = endpoint && one.network && (await openSegment(one.network, endpoint));
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

/** Removes the bridges that were left by the last of their endpoints. What cannot be removed is for gc. */
export async function closeSegments(
  { networks, removals }: Pick<EndpointContext, 'networks' | 'removals'>,
  gone: readonly EndpointRecord[],
): Promise<void> {
  const names = new Map<string, Set<string>>();
  for (const { network, segment } of gone) {
    if (segment !== undefined) {
      names.set(network, (names.get(network) ?? new Set()).add(segment));
    }
  }
  if (names.size > 0) {
    await attemptAsync(async () => networks.shrink(names, await removals.connection()));
  }
}
