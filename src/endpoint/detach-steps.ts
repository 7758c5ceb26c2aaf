import type { SandboxRecord, Tables } from '../store/index.js';
import type { DetachResult } from './detach.js';
import type { DetachTrace, Trace } from './tracing.js';

/** What was asked to be removed: a name or id; where somebody listens, the trace of that. */
export type Asked = string | Trace<DetachTrace>;

/** Traces by the id of the sandbox that goes; several where it was asked for several times at once. */
export type DetachTraces = ReadonlyMap<string, readonly Trace<DetachTrace>[]>;

/** When nobody listens. */
export const noTraces: DetachTraces = new Map();

/** The name or id. */
export function referenceOf(asked: Asked): string {
  return typeof asked === 'string' ? asked : asked.context.reference;
}

/** Tells those who listen which sandboxes were found. While reading, or in a transaction. */
export function traceFound(
  tables: Tables,
  asked: readonly Asked[],
  found: readonly (SandboxRecord | Error | undefined)[],
): DetachTraces {
  const traces = new Map<string, Trace<DetachTrace>[]>();
  const now = performance.now();
  asked.forEach((trace, i) => {
    const record = found[i];
    if (typeof trace === 'string' || record === undefined || record instanceof Error) {
      return;
    }
    const network = tables.networks.get(record.endpoints[0]?.network ?? '')?.name;
    Object.assign(trace.context, { sandbox: record.id, name: record.name }, network !== undefined && { network });
    trace.step('queue', trace.called, 1000 * (now - trace.called));
    traces.set(record.id, [...(traces.get(record.id) ?? []), trace]);
  });
  return traces;
}

/** Does what is a step for all these; those who listen are told when it was. */
export async function tracedStep<Result>(
  name: string,
  traces: DetachTraces,
  records: readonly SandboxRecord[],
  work: () => Promise<Result>,
): Promise<Result> {
  if (traces.size === 0) {
    return work();
  }
  const start = performance.now();
  try {
    return await work();
  } finally {
    traceStep(name, traces, records, start);
  }
}

/** A step of all these that began at `start` (milliseconds of performance.now()) and is over. */
export function traceStep(name: string, traces: DetachTraces, records: readonly SandboxRecord[], start: number): void {
  if (traces.size > 0) {
    const duration = 1000 * (performance.now() - start);
    // One that has several endpoints may be among them several times.
    for (const id of new Set(records.map((record) => record.id))) {
      for (const trace of traces.get(id) ?? []) {
        trace.step(name, start, duration);
      }
    }
  }
}

/** Tells those who listen what the work for each has come to. */
export async function endDetaches(asked: readonly Asked[], work: Promise<DetachResult[]>): Promise<DetachResult[]> {
  const end = (errorOf: (i: number) => unknown) =>
    asked.forEach((trace, i) => {
      if (typeof trace !== 'string') {
        trace.end(errorOf(i));
      }
    });
  try {
    const results = await work;
    end((i) => results[i]?.error);
    return results;
  } catch (error) {
    end(() => error);
    throw error;
  }
}
