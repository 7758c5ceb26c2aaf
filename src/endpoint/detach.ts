import { parseReference } from '../address/index.js';
import { newError } from '../errors/index.js';
import { deleteLinks } from '../network/index.js';
import { findSandbox, isDead, type SandboxRecord, updateSandbox } from '../store/index.js';
import { attempt } from './attempt.js';
import type { EndpointContext } from './context.js';
import { forgetSandbox } from './forget.js';

/** What one of many came to: the first error, if any; the sandbox is still on record then and can be detached again. */
export interface DetachResult {
  readonly error?: Error;
}

/**
 * Removes sandboxes by name, id or the beginning of its id. One that is not there counts as removed; one that another
 * process is just attaching is refused with EINUSE.
 */
export async function detachSandboxes(
  context: EndpointContext,
  references: readonly string[],
): Promise<DetachResult[]> {
  const found = references.map((reference) => attempt(() => findRemovable(context, reference)));
  const records = new Map(found.flatMap((one) => (one && !(one instanceof Error) ? [[one.id, one]] : [])));
  const ids = [...records.keys()];
  const results = await detachRecords(context, [...records.values()]);
  return found.map((one) => (one instanceof Error ? { error: one } : (one && results[ids.indexOf(one.id)]) || {}));
}

function findRemovable({ store }: EndpointContext, reference: string): SandboxRecord | undefined {
  const record = findSandbox(store.tables, parseReference(reference, 'sandbox'));
  if (record?.state === 'pending' && !isDead(record.owner)) {
    throw newError('EINUSE', { sandbox: record.name, user: 'the process that is attaching it' });
  }
  return record;
}

/**
 * Removes sandboxes with all that belongs to them: links, files under /run/netns, leases, records. What is gone
 * already counts as removed. Each is finished as far as it can be.
 */
export async function detachRecords(
  context: EndpointContext,
  records: readonly SandboxRecord[],
): Promise<DetachResult[]> {
  const { connection, store, owner } = context;
  store.transaction((tables) => {
    for (const record of records) {
      if (tables.sandboxes.get(record.id)) {
        updateSandbox(tables, { ...record, state: 'leaving', owner });
      }
    }
  });
  const indexes = records.flatMap(({ endpoint }) => endpoint?.hostIndex ?? []);
  const pins = records.flatMap(({ pin }) => pin ?? []);
  const links = indexes.map((index) => ({ index }));
  const linkErrors = new Map(zip(indexes, await deleteLinks(connection, links)));
  const pinErrors = new Map(zip(pins, pins.length === 0 ? [] : await connection.unpin(pins)));
  const errors = records.map(
    ({ endpoint, pin }) => linkErrors.get(endpoint?.hostIndex ?? 0) ?? pinErrors.get(pin ?? '') ?? undefined,
  );
  store.transaction((tables) => {
    records.forEach((record, i) => {
      if (!errors[i]) {
        forgetSandbox(tables, record);
      }
    });
  });
  return errors.map((error) => (error ? { error } : {}));
}

function zip<One, Other>(ones: readonly One[], others: readonly Other[]): [One, Other][] {
  return ones.map((one, i) => [one, others[i] as Other]);
}
