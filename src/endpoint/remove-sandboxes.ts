import { attemptAsync, throwFirst } from '../errors/index.js';
import { hasReserved, reservePorts } from '../firewall/index.js';
import { nobody, type SandboxRecord, type Tables, updateSandbox } from '../store/index.js';
import type { EndpointContext } from './context.js';
import { type DetachTraces, tracedStep, traceStep } from './detach-steps.js';
import { forgetSandbox } from './forget.js';
import { closeNames } from './open-names.js';
import { closeSegments } from './open-segments.js';
import { closeServices, forgetConnections } from './open-services.js';
import { slicesOf } from './slices.js';

/**
 * The removal of sandboxes that are this process's to remove (`leaving` on record, and in `working`), each as far as it can be
 * finished. What leads to them and their links go as they are claimed, piece by piece; then, when all links are gone, files and
 * namespaces: the fewer namespaces there are, the faster the kernel destroys them (see Removals). Beginning with the namespaces of some
 * while links of the others are being deleted gains less than it costs.
 */
export class Removal {
  readonly context: EndpointContext;
  readonly traces: DetachTraces;
  /** What went wrong first with each, by its id. */
  readonly errors = new Map<string, Error>();
  readonly #records: SandboxRecord[] = [];
  readonly #deleted: Promise<never[]>[] = [];

  constructor(context: EndpointContext, traces: DetachTraces) {
    this.context = context;
    this.traces = traces;
  }

  /** Begins with some more: resolves when nothing leads to them any more, while their links are still being deleted. The newest first. */
  async begin(records: readonly SandboxRecord[]): Promise<void> {
    const { context, errors } = this;
    this.#records.push(...records);
    await reported(this, 'rules', records, async () => {
      await closeServices(context, records);
      return [];
    });
    const owned = records
      .filter(({ id }) => !errors.has(id))
      .flatMap((record) => record.endpoints.map((endpoint) => ({ record, endpoint })));
    const owners = owned.map(({ record }) => record);
    this.#deleted.push(reported(this, 'links', owners, () => context.removals.endpoints(owned)));
  }

  /**
   * Does the rest, and forgets those of which nothing is left. The first error for each that has one, by its id: that one is still on
   * record, and nobody's.
   */
  async finish(): Promise<ReadonlyMap<string, Error>> {
    const { context, errors } = this;
    const records = this.#records.toSorted((one, other) => one.created - other.created);
    await Promise.all(this.#deleted);
    const finished = slicesOf(records).map((slice) => attemptAsync(() => finish(this, slice)));
    throwFirst(await Promise.all(finished));
    // All that are empty now at once: each would wait for the processors that are busy with the namespaces.
    const gone = records.filter(({ id }) => !errors.has(id));
    await closeSegments(
      context,
      gone.flatMap(({ endpoints }) => endpoints),
    );
    if (records.some(({ ports }) => ports) && context.store.read(hasReserved)) {
      // What stays reserved harms nobody, and is for gc.
      await attemptAsync(() => reservePorts(context));
    }
    return errors;
  }
}

/** All that is left of them, and their records. */
async function finish(removal: Removal, records: readonly SandboxRecord[]): Promise<void> {
  const { context, errors, traces } = removal;
  try {
    const pinned = records.filter(({ pin }) => pin !== undefined);
    await reported(removal, 'namespaces', pinned, () => context.removals.files(pinned.flatMap(({ pin }) => pin ?? [])));
    await reported(removal, 'connections', records, async () => {
      await forgetConnections(context, records);
      return [];
    });
    await reported(removal, 'names', records, async () => {
      await closeNames(context, records);
      return [];
    });
    // The files of all slices go at once.
    await context.turns.next('finishing');
    const start = performance.now();
    const forget = (tables: Tables) => {
      for (const record of records) {
        if (errors.has(record.id)) {
          updateSandbox(tables, { ...record, state: 'leaving', owner: nobody });
        } else {
          forgetSandbox(tables, record);
        }
      }
    };
    context.store.transaction(forget, { isOfMany: records.length > 1 });
    traceStep('record', traces, records, start);
  } finally {
    for (const { id } of records) {
      context.working.delete(id);
    }
  }
}

/** Does a step that has one error or nothing for each of the records; what it throws is each one's. */
async function reported(
  { errors, traces }: Removal,
  step: string,
  records: readonly SandboxRecord[],
  work: () => Promise<readonly (Error | null | undefined)[]>,
): Promise<never[]> {
  const results = await attemptAsync(() => tracedStep(step, traces, records, work));
  records.forEach(({ id }, i) => {
    const error = results instanceof Error ? results : results[i];
    if (error && !errors.has(id)) {
      errors.set(id, error);
    }
  });
  return [];
}
