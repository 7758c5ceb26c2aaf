import { parseReference } from '../address/index.js';
import { newError } from '../errors/index.js';
import { deleteLinks } from '../network/index.js';
import { findSandbox, isDead, type SandboxRecord, type Tables, updateSandbox } from '../store/index.js';
import { attempt } from './attempt.js';
import type { EndpointContext } from './context.js';
import { forgetSandbox } from './forget.js';

/** What one of many came to: the first error, if any; the sandbox is still on record then and can be detached again. */
export interface DetachResult {
  readonly error?: Error;
}

/**
 * Removes sandboxes by name, id or the beginning of its id. One that is not there counts as removed; one that someone
 * else is just attaching or detaching is refused with EINUSE.
 */
export async function detachSandboxes(
  context: EndpointContext,
  references: readonly string[],
): Promise<DetachResult[]> {
  const { tables } = context.store;
  const found = references.map((reference) => attempt(() => findSandbox(tables, parseReference(reference, 'sandbox'))));
  const records = new Map(found.flatMap((one) => (one && !(one instanceof Error) ? [[one.id, one]] : [])));
  const ids = [...records.keys()];
  const results = await detachRecords(context, [...records.values()]);
  return found.map((one) => (one instanceof Error ? { error: one } : (one && results[ids.indexOf(one.id)]) || {}));
}

/**
 * Removes sandboxes with all that belongs to them: links, files under /run/netns, leases, records. What is gone
 * already counts as removed. Each is finished as far as it can be.
 */
export async function detachRecords(
  context: EndpointContext,
  records: readonly SandboxRecord[],
): Promise<DetachResult[]> {
  const claims = context.store.transaction((tables) =>
    records.map(({ id }) => attempt(() => claim(tables, id, context))),
  );
  const claimed = claims.filter((one): one is SandboxRecord => one !== undefined && !(one instanceof Error));
  const errors = new Map(zip(claimed, await removeAll(context, claimed)));
  return claims.map((one) => {
    const error = one instanceof Error ? one : one && errors.get(one);
    return error ? { error } : {};
  });
}

/**
 * Makes a sandbox ours to remove; nothing when it is gone already. In a transaction. Two that removed one sandbox at the
 * same time would, with the second's last steps, remove what a new sandbox of the same name has made by then: EINUSE.
 */
function claim(tables: Tables, id: string, { leaving, owner: self }: EndpointContext): SandboxRecord | undefined {
  const record = tables.sandboxes.get(id);
  if (!record) {
    return undefined;
  }
  const { state, owner } = record;
  const isOurs = owner === self && state === 'leaving' && !leaving.has(id);
  if (state !== 'ready' && !isOurs && !isDead(owner)) {
    const user = `the process that is ${state === 'pending' ? 'attaching' : 'detaching'} it`;
    throw newError('EINUSE', { sandbox: record.name, user });
  }
  const claimed: SandboxRecord = { ...record, state: 'leaving', owner: self };
  updateSandbox(tables, claimed);
  leaving.add(id);
  return claimed;
}

/** One error or nothing for each. */
async function removeAll(
  { connection, leaving, store }: EndpointContext,
  records: readonly SandboxRecord[],
): Promise<(Error | undefined)[]> {
  try {
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
    return errors;
  } finally {
    for (const { id } of records) {
      leaving.delete(id);
    }
  }
}

function zip<One, Other>(ones: readonly One[], others: readonly Other[]): [One, Other][] {
  return ones.map((one, i) => [one, others[i] as Other]);
}
