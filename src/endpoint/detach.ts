import { setTimeout as delay } from 'node:timers/promises';
import { parseName, parseReference, type Reference } from '../address/index.js';
import { attempt, attemptAsync } from '../errors/index.js';
import { hasReserved, reservePorts } from '../firewall/index.js';
import { findSandbox, nobody, type SandboxRecord, updateSandbox } from '../store/index.js';
import { isBusy } from './abandoned.js';
import type { EndpointContext } from './context.js';
import { forgetSandbox } from './forget.js';
import { closeNames } from './open-names.js';
import { closeServices, forgetConnections } from './open-services.js';
import { removeEndpoints } from './remove-endpoints.js';
import { interval, inUse, longestWait } from './wait.js';

/** What one of many came to: the first error, if any; the sandbox is still on record then and can be detached again. */
export interface DetachResult {
  readonly error?: Error;
}

/** As much of an id as is shown: less of one that is gone already might by chance begin another's. */
const shortestPrefix = 12;

/** Removes sandboxes by name, id or at least 12 characters of it. One that is not there counts as removed. */
export async function detachSandboxes(
  context: EndpointContext,
  references: readonly string[],
): Promise<DetachResult[]> {
  const found = references.map((reference) => attempt(() => findRemovable(context, reference)));
  const records = new Map(found.flatMap((one) => (one && !(one instanceof Error) ? [[one.id, one]] : [])));
  const results = new Map(zip([...records.keys()], await detachRecords(context, [...records.values()])));
  return found.map((one) => (one instanceof Error ? { error: one } : (one && results.get(one.id)) || {}));
}

function findRemovable({ store }: EndpointContext, text: string): SandboxRecord | undefined {
  const reference: Reference = parseReference(text, 'sandbox');
  const isShort = (reference.idPrefix?.length ?? 0) < shortestPrefix;
  const exact = isShort ? { text, name: parseName(text, 'sandbox') } : reference;
  return store.read((tables) => findSandbox(tables, exact));
}

/**
 * Removes sandboxes with all that belongs to them: links, files under /run/netns, leases, records. What is gone
 * already counts as removed. Each is finished as far as it can be. Whatever another call or process is just attaching or
 * removing is waited for; EINUSE when that takes too long.
 */
export async function detachRecords(
  context: EndpointContext,
  records: readonly SandboxRecord[],
): Promise<DetachResult[]> {
  const results = new Map<string, DetachResult>();
  const deadline = performance.now() + longestWait;
  let waiting = records.map(({ id }) => id);
  for (;;) {
    const { mine, busy } = claim(context, waiting);
    for (const [{ id }, result] of zip(mine, await removeClaimed(context, mine))) {
      results.set(id, result);
    }
    if (busy.length === 0 || performance.now() > deadline) {
      for (const record of busy) {
        results.set(record.id, { error: inUse(record) });
      }
      return records.map(({ id }) => results.get(id) ?? {});
    }
    waiting = busy.map(({ id }) => id);
    await delay(interval);
  }
}

/**
 * Those that are ours to remove from here on, and those that someone else works on. A sandbox is only ever removed by one:
 * a second could hit on the namesake that has come after it.
 */
function claim(context: EndpointContext, ids: readonly string[]) {
  const { store, owner, working } = context;
  const mine: SandboxRecord[] = [];
  const busy: SandboxRecord[] = [];
  if (ids.length === 0) {
    return { mine, busy };
  }
  store.transaction((tables) => {
    for (const record of ids.flatMap((id) => tables.sandboxes.get(id) ?? [])) {
      if (isBusy(record, context)) {
        busy.push(record);
      } else {
        updateSandbox(tables, { ...record, state: 'leaving', owner });
        mine.push(record);
      }
    }
  });
  for (const { id } of mine) {
    working.add(id);
  }
  return { mine, busy };
}

async function removeClaimed(context: EndpointContext, records: readonly SandboxRecord[]): Promise<DetachResult[]> {
  if (records.length === 0) {
    return [];
  }
  const removed = await attemptAsync(() => removeObjects(context, records));
  const errors = records.map((_, i) => (removed instanceof Error ? removed : removed[i]));
  try {
    context.store.transaction((tables) => {
      records.forEach((record, i) => {
        if (errors[i]) {
          updateSandbox(tables, { ...record, state: 'leaving', owner: nobody });
        } else {
          forgetSandbox(tables, record);
        }
      });
    });
  } finally {
    for (const { id } of records) {
      context.working.delete(id);
    }
  }
  if (records.some(({ ports }) => ports) && context.store.read(hasReserved)) {
    // What stays reserved harms nobody, and is for gc.
    await attemptAsync(() => reservePorts(context));
  }
  return errors.map((error) => (error ? { error } : {}));
}

/** The kernel's part; the first error for each, if any. */
async function removeObjects(
  context: EndpointContext,
  records: readonly SandboxRecord[],
): Promise<(Error | undefined)[]> {
  const { connection } = context;
  await closeServices(context, records);
  const owned = records.flatMap((record) => record.endpoints.map((endpoint) => ({ record, endpoint })));
  const linkErrors = new Map<SandboxRecord, Error>();
  for (const [{ record }, error] of zip(owned, await removeEndpoints(connection, owned))) {
    if (error) {
      linkErrors.set(record, error);
    }
  }
  const pins = records.flatMap(({ pin }) => pin ?? []);
  const pinErrors = new Map(zip(pins, pins.length === 0 ? [] : await connection.unpin(pins)));
  await forgetConnections(context, records);
  await closeNames(context, records);
  return records.map((record) => linkErrors.get(record) ?? pinErrors.get(record.pin ?? '') ?? undefined);
}

function zip<One, Other>(ones: readonly One[], others: readonly Other[]): [One, Other][] {
  return ones.map((one, i) => [one, others[i] as Other]);
}
