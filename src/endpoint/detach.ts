import { setTimeout as delay } from 'node:timers/promises';
import { parseName, parseReference, type Reference } from '../address/index.js';
import { attempt, attemptAsync } from '../errors/index.js';
import { findSandbox, type SandboxRecord, type Tables, updateSandbox } from '../store/index.js';
import { isBusy } from './abandoned.js';
import type { EndpointContext } from './context.js';
import {
  type Asked,
  type DetachTraces,
  endDetaches,
  noTraces,
  referenceOf,
  traceFound,
  traceStep,
} from './detach-steps.js';
import { Removal } from './remove-sandboxes.js';
import { inSlices } from './slices.js';
import { interval, inUse, longestRemoval, longestWait } from './wait.js';

/** What one of many came to: the first error, if any; the sandbox is still on record then and can be detached again. */
export interface DetachResult {
  readonly error?: Error;
}

/** Some that are being removed. */
interface Removing {
  readonly context: EndpointContext;
  readonly results: Map<string, DetachResult>;
  readonly traces: DetachTraces;
}

/** While somebody else removes thousands. */
const looksPerMillisecond = 10;

/** As much of an id as is shown: less of one that is gone already might by chance begin another's. */
const shortestPrefix = 12;

/** Removes sandboxes by name, id or at least 12 characters of it. One that is not there counts as removed. */
export function detachSandboxes(context: EndpointContext, asked: readonly Asked[]): Promise<DetachResult[]> {
  return endDetaches(asked, detachTogether(context, asked));
}

async function detachTogether(context: EndpointContext, asked: readonly Asked[]): Promise<DetachResult[]> {
  const found = await inSlices(asked, (slice) =>
    context.store.read((tables) => slice.map((one) => attempt(() => findRemovable(tables, referenceOf(one))))),
  );
  const isHeard = asked.some((one) => typeof one !== 'string');
  const traces = isHeard ? context.store.read((tables) => traceFound(tables, asked, found)) : noTraces;
  const records = new Map(found.flatMap((one) => (one && !(one instanceof Error) ? [[one.id, one]] : [])));
  const results = new Map(zip([...records.keys()], await detachRecords(context, [...records.values()], traces)));
  return found.map((one) => (one instanceof Error ? { error: one } : (one && results.get(one.id)) || {}));
}

function findRemovable(tables: Tables, text: string): SandboxRecord | undefined {
  const reference: Reference = parseReference(text, 'sandbox');
  const isShort = (reference.idPrefix?.length ?? 0) < shortestPrefix;
  const exact = isShort ? { text, name: parseName(text, 'sandbox') } : reference;
  return findSandbox(tables, exact);
}

/**
 * Removes sandboxes with all that belongs to them: links, files under /run/netns, leases, records. What is gone
 * already counts as removed. Each is finished as far as it can be. Whatever another call or process is just attaching or
 * removing is waited for; EINUSE when that takes too long.
 */
export async function detachRecords(
  context: EndpointContext,
  records: readonly SandboxRecord[],
  traces: DetachTraces = noTraces,
): Promise<DetachResult[]> {
  const results = new Map<string, DetachResult>();
  const removing = { context, results, traces };
  const { removal, busy } = await begin(removing, records);
  await Promise.all([finish(removing, removal), removeLater(removing, busy)]);
  return records.map(({ id }) => results.get(id) ?? {});
}

/** Those that somebody works on: as soon as he is done. */
async function removeLater(removing: Removing, records: readonly SandboxRecord[]): Promise<void> {
  const started = performance.now();
  for (let waiting = records; waiting.length > 0; ) {
    // To look for many takes its time, too.
    await delay(Math.max(interval, waiting.length / looksPerMillisecond));
    const { free, others } = look(removing, waiting);
    const { removal, busy } = await begin(removing, free);
    await finish(removing, removal);
    const waited = performance.now() - started;
    waiting = [...others, ...busy].filter((record) => {
      const isLate = waited > (record.state === 'leaving' ? longestRemoval : longestWait);
      if (isLate) {
        removing.results.set(record.id, { error: inUse(record) });
      }
      return !isLate;
    });
  }
}

/** Which of the sandboxes nobody works on any more, and which somebody still does, as they are now. */
function look({ context }: Removing, records: readonly SandboxRecord[]) {
  const free: SandboxRecord[] = [];
  const others: SandboxRecord[] = [];
  context.store.read(({ sandboxes }) => {
    for (const { id } of records) {
      const now = sandboxes.get(id);
      // What is not there any more has been removed.
      (now && isBusy(now, context) ? others : free).push(...(now ? [now] : []));
    }
  });
  return { free, others };
}

/** Begins with those that nobody else works on; the others are `busy`. */
async function begin(removing: Removing, records: readonly SandboxRecord[]) {
  const removal = new Removal(removing.context, removing.traces);
  const newestFirst = records.toSorted((one, other) => other.created - one.created);
  try {
    const busy = await inSlices(newestFirst, async (slice) => {
      const { mine, others } = claim(removing, slice);
      await removal.begin(mine);
      return others;
    });
    return { removal, busy };
  } catch (error) {
    // Those that were begun are nobody else's to finish.
    await attemptAsync(() => removal.finish());
    throw error;
  }
}

async function finish({ results }: Removing, removal: Removal): Promise<void> {
  for (const [id, error] of await removal.finish()) {
    results.set(id, { error });
  }
}

/**
 * Those that are ours to remove from here on, and those that someone else works on. A sandbox is only ever removed by one:
 * a second could hit on the namesake that has come after it.
 */
function claim({ context, traces }: Removing, records: readonly SandboxRecord[]) {
  const { store, owner, working } = context;
  const start = performance.now();
  const { mine, others } = store.transaction((tables) => {
    const now = records.flatMap(({ id }) => tables.sandboxes.get(id) ?? []);
    const others = now.filter((record) => isBusy(record, context));
    const mine = now.filter((record) => !others.includes(record));
    for (const record of mine) {
      updateSandbox(tables, { ...record, state: 'leaving', owner });
    }
    return { mine, others };
  });
  for (const record of mine) {
    working.add(record.id);
  }
  traceStep('claim', traces, mine, start);
  return { mine, others };
}

function zip<One, Other>(ones: readonly One[], others: readonly Other[]): [One, Other][] {
  return ones.map((one, i) => [one, others[i] as Other]);
}
