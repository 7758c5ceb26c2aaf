import { setTimeout as delay } from 'node:timers/promises';
import { parseReference } from '../address/index.js';
import { newError } from '../errors/index.js';
import { type EndpointRecord, findSandbox, type SandboxRecord, type Tables, updateSandbox } from '../store/index.js';
import { isBusy } from './abandoned.js';
import type { EndpointContext } from './context.js';
import { interval, inUse, longestWait } from './wait.js';

/** A sandbox on record. Throws ENOSANDBOX, EAMBIGUOUS, EBADNAME. */
export function requireSandbox(tables: Tables, text: string): SandboxRecord {
  const record = findSandbox(tables, parseReference(text, 'sandbox'));
  if (!record) {
    throw newError('ENOSANDBOX', { sandbox: text });
  }
  return record;
}

/**
 * Does `work` on a sandbox while nobody else changes or removes it. `intend` says, in a transaction, what its endpoints will be;
 * what it throws is thrown before anything has happened. `work` returns what they have become. Whoever works on the sandbox
 * already is waited for; EINUSE when that takes too long, ENOSANDBOX when it is gone or about to go.
 */
export async function changeSandbox<Result>(
  context: EndpointContext,
  sandbox: string,
  intend: (tables: Tables, record: SandboxRecord) => SandboxRecord,
  work: (record: SandboxRecord) => Promise<Result>,
): Promise<Result> {
  const { store, owner, working } = context;
  const deadline = performance.now() + longestWait;
  for (;;) {
    const claimed = store.transaction((tables) => {
      const record = requireSandbox(tables, sandbox);
      if (isBusy(record, context)) {
        return { busy: record };
      }
      if (record.state === 'leaving' || record.state === 'pending') {
        throw newError('ENOSANDBOX', { sandbox });
      }
      const intended: SandboxRecord = { ...intend(tables, record), state: 'changing', changer: owner };
      updateSandbox(tables, intended);
      return { intended };
    });
    if (claimed.intended) {
      working.add(claimed.intended.id);
      try {
        return await work(claimed.intended);
      } finally {
        working.delete(claimed.intended.id);
      }
    }
    if (performance.now() > deadline) {
      throw inUse(claimed.busy);
    }
    await delay(interval);
  }
}

/**
 * Ends a change: the endpoints that are on record by now, each as `become` says. (The end of a link may have gone meanwhile, with
 * the sandbox at the other end.) In a transaction.
 */
export function concludeChange(
  tables: Tables,
  { id }: SandboxRecord,
  become: (endpoint: EndpointRecord) => readonly EndpointRecord[],
): void {
  const current = tables.sandboxes.get(id);
  if (current) {
    const { changer: _, ...sandbox } = current;
    updateSandbox(tables, { ...sandbox, state: 'ready', endpoints: current.endpoints.flatMap(become) });
  }
}

/** An endpoint that has come to stay. */
export function settled({ unsettled: _, ...endpoint }: EndpointRecord): EndpointRecord {
  return endpoint;
}
