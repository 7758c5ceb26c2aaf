import { attemptAsync } from '../errors/index.js';
import { hasReserved, reservePorts } from '../firewall/index.js';
import { nobody, type SandboxRecord, updateSandbox } from '../store/index.js';
import type { EndpointContext } from './context.js';
import { forgetSandbox } from './forget.js';
import { closeNames } from './open-names.js';
import { closeServices, forgetConnections } from './open-services.js';
import { inSlices, slicesOf } from './slices.js';

/** What went wrong first with each, by its id. */
type Errors = Map<string, Error>;

/**
 * Removes sandboxes that are this process's to remove (`leaving` on record, and in `working`), each as far as it can be finished,
 * and forgets those of which nothing is left. The first error for each that has one, by its id: that one is still on record, and
 * nobody's.
 *
 * Links go first, all of them, then files and namespaces: the fewer namespaces there are, the faster the kernel destroys them
 * (see Removals).
 */
export async function removeSandboxes(
  context: EndpointContext,
  records: readonly SandboxRecord[],
): Promise<ReadonlyMap<string, Error>> {
  const errors: Errors = new Map();
  const oldestFirst = records.toSorted((one, other) => one.created - other.created);
  await removeLinks(context, oldestFirst, errors);
  const finished = slicesOf(oldestFirst).map((slice) => attemptAsync(() => finish(context, slice, errors)));
  const broken = (await Promise.all(finished)).find((one) => one instanceof Error);
  if (broken) {
    throw broken;
  }
  if (records.some(({ ports }) => ports) && context.store.read(hasReserved)) {
    // What stays reserved harms nobody, and is for gc.
    await attemptAsync(() => reservePorts(context));
  }
  return errors;
}

/** What leads to the sandboxes, and then their links. */
async function removeLinks(context: EndpointContext, records: readonly SandboxRecord[], errors: Errors): Promise<void> {
  await inSlices(records, (slice) =>
    reported(slice, errors, async () => {
      await closeServices(context, slice);
      return [];
    }),
  );
  const owned = records
    .filter(({ id }) => !errors.has(id))
    .flatMap((record) => record.endpoints.map((endpoint) => ({ record, endpoint })));
  await Promise.all(
    slicesOf(owned).map((slice) =>
      reported(
        slice.map(({ record }) => record),
        errors,
        () => context.removals.endpoints(slice),
      ),
    ),
  );
}

/** All that is left of them, and their records. */
async function finish(context: EndpointContext, records: readonly SandboxRecord[], errors: Errors): Promise<void> {
  try {
    const pinned = records.filter(({ pin }) => pin !== undefined);
    await reported(pinned, errors, () => context.removals.files(pinned.flatMap(({ pin }) => pin ?? [])));
    await reported(records, errors, async () => {
      await forgetConnections(context, records);
      await closeNames(context, records);
      return [];
    });
    context.store.transaction((tables) => {
      for (const record of records) {
        if (errors.has(record.id)) {
          updateSandbox(tables, { ...record, state: 'leaving', owner: nobody });
        } else {
          forgetSandbox(tables, record);
        }
      }
    });
  } finally {
    for (const { id } of records) {
      context.working.delete(id);
    }
  }
}

/** Does work that has one error or nothing for each of the records; what it throws is each one's. */
async function reported(
  records: readonly SandboxRecord[],
  errors: Errors,
  work: () => Promise<readonly (Error | null | undefined)[]>,
): Promise<never[]> {
  const results = await attemptAsync(work);
  records.forEach(({ id }, i) => {
    const error = results instanceof Error ? results : results[i];
    if (error && !errors.has(id)) {
      errors.set(id, error);
    }
  });
  return [];
}
