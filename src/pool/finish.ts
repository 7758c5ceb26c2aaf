import { type AttachResult, attachedOf } from '../endpoint/attached.js';
import { detachRecords, type EndpointContext } from '../endpoint/index.js';
import { isLinkedTo, openNames, tellNames } from '../endpoint/open-names.js';
import { closeStaleLinks, openServices } from '../endpoint/open-services.js';
import { attemptAsync } from '../errors/index.js';
import { forgetPooled, type SandboxRecord, updateSandbox } from '../store/index.js';
import type { Unfinished } from './take.js';

/**
 * Gives sandboxes that were taken what their takers asked for beside what they have: ports, files, links. One that cannot have it is
 * removed: nobody knows how far it came, and another is there for the next one. They are `working` since they were taken. One result for
 * each, in order.
 */
export async function finish(context: EndpointContext, taken: readonly Unfinished[]): Promise<AttachResult[]> {
  const done = await attemptAsync(() => give(context, taken));
  for (const { record } of taken) {
    context.working.delete(record.id);
  }
  const results = done instanceof Error ? taken.map(() => ({ error: done })) : done;
  const failed = taken.filter((_, i) => results[i]?.error).map(({ record }) => record);
  if (failed.length > 0) {
    // What cannot be removed now is for gc.
    await attemptAsync(() => detachRecords(context, failed));
  }
  return results;
}

async function give(context: EndpointContext, taken: readonly Unfinished[]): Promise<AttachResult[]> {
  const { store } = context;
  const begun = performance.now();
  const unnamed = await openNames(context, taken);
  const named = taken.filter((one) => !unnamed.has(one));
  const errors = new Map([...unnamed, ...(await openServices(context, named))]);
  const looked: SandboxRecord[] = [];
  const results = store.transaction((tables) =>
    taken.map((one): AttachResult => {
      const error = errors.get(one);
      if (error) {
        return { error };
      }
      const { pool: _, ...own } = one.record;
      const record: SandboxRecord = { ...own, state: 'ready' };
      forgetPooled(tables, one.record);
      updateSandbox(tables, record);
      if (isLinkedTo(tables, record)) {
        looked.push(record);
      }
      const microseconds = { ...one.microseconds, finish: 1000 * (performance.now() - begun) };
      return { attached: attachedOf(tables, record, store.directory, microseconds) };
    }),
  );
  await closeStaleLinks(
    context,
    taken.filter((one) => !errors.has(one)),
  );
  await tellNames(context, looked);
  return results;
}
