import { setTimeout as delay } from 'node:timers/promises';
import { parseReference } from '../address/index.js';
import { newError } from '../errors/index.js';
import { findSandbox, type SandboxRecord, type Tables, updateSandbox } from '../store/index.js';
import { isBusy } from './abandoned.js';
import type { EndpointContext } from './context.js';
import { tellNames } from './open-names.js';
import { settleSandbox } from './settle.js';
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
 * already is waited for; EINUSE when that takes too long, ENOSANDBOX when it is gone or about to go. What somebody has left half
 * changed is settled first.
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
      const isHalfChanged = record.state === 'changing';
      const own = isHalfChanged ? record : intend(tables, record);
      const intended: SandboxRecord = Object.assign({}, own, { state: 'changing', changer: owner });
      updateSandbox(tables, intended);
      return { intended, isHalfChanged };
    });
    if (claimed.intended) {
      const { id } = claimed.intended;
      working.add(id);
      try {
        if (!claimed.isHalfChanged) {
          const result = await work(claimed.intended);
          await tellNames(context, [claimed.intended]);
          return result;
        }
        await settleSandbox(context, claimed.intended);
      } finally {
        working.delete(id);
      }
      continue;
    }
    if (performance.now() > deadline) {
      throw inUse(claimed.busy);
    }
    await delay(interval);
  }
}
