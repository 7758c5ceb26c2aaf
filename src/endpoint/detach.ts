import { setTimeout as delay } from 'node:timers/promises';
import { parseName, parseReference, type Reference } from '../address/index.js';
import { attempt } from '../errors/index.js';
import { findSandbox, type SandboxRecord, updateSandbox } from '../store/index.js';
import { isBusy } from './abandoned.js';
import type { EndpointContext } from './context.js';
import { removeSandboxes } from './remove-sandboxes.js';
import { inSlices } from './slices.js';
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
  const found = await inSlices(references, (slice) =>
    slice.map((reference) => attempt(() => findRemovable(context, reference))),
  );
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
  const { mine, busy } = await claim(
    context,
    records.map(({ id }) => id),
  );
  await Promise.all([remove(context, mine, results), removeLater(context, busy, results)]);
  return records.map(({ id }) => results.get(id) ?? {});
}

/** Those that somebody works on: as soon as he is done. */
async function removeLater(
  context: EndpointContext,
  records: readonly SandboxRecord[],
  results: Map<string, DetachResult>,
): Promise<void> {
  const deadline = performance.now() + longestWait;
  for (let waiting = records; waiting.length > 0; ) {
    if (performance.now() > deadline) {
      for (const record of waiting) {
        results.set(record.id, { error: inUse(record) });
      }
      return;
    }
    await delay(interval);
    const { mine, busy } = await claim(
      context,
      waiting.map(({ id }) => id),
    );
    await remove(context, mine, results);
    waiting = busy;
  }
}

async function remove(
  context: EndpointContext,
  records: readonly SandboxRecord[],
  results: Map<string, DetachResult>,
): Promise<void> {
  if (records.length > 0) {
    for (const [id, error] of await removeSandboxes(context, records)) {
      results.set(id, { error });
    }
  }
}

/**
 * Those that are ours to remove from here on, and those that someone else works on. A sandbox is only ever removed by one:
 * a second could hit on the namesake that has come after it.
 */
async function claim(context: EndpointContext, ids: readonly string[]) {
  const { store, owner, working } = context;
  const mine: SandboxRecord[] = [];
  const busy: SandboxRecord[] = [];
  await inSlices(ids, (slice) => {
    const own = store.transaction((tables) => {
      const free = slice
        .flatMap((id) => tables.sandboxes.get(id) ?? [])
        .filter((record) => {
          const isOthers = isBusy(record, context);
          busy.push(...(isOthers ? [record] : []));
          return !isOthers;
        });
      for (const record of free) {
        updateSandbox(tables, { ...record, state: 'leaving', owner });
      }
      return free;
    });
    for (const record of own) {
      working.add(record.id);
    }
    mine.push(...own);
    return [];
  });
  return { mine, busy };
}

function zip<One, Other>(ones: readonly One[], others: readonly Other[]): [One, Other][] {
  return ones.map((one, i) => [one, others[i] as Other]);
}
