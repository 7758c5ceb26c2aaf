import { networkHasNames } from '../naming/index.js';
import type { PlanOutcome } from '../netlink/index.js';
import type { AttachResult } from './attached.js';
import type { Claim } from './clear-the-way.js';
import type { Named } from './open-names.js';
import type { Opening } from './open-services.js';
import type { AttachTrace, Trace } from './tracing.js';

/** One of a chunk whose steps are timed. */
export interface Timed {
  /** Microseconds so far, by step: of what several do together, its share. */
  readonly microseconds: Record<string, number>;
  /** Where somebody listens. */
  readonly trace: Trace<AttachTrace> | undefined;
}

/** Whether something is made that it looks names up by, or is found by. */
export function looksUp({ record, network }: Named): boolean {
  return record.files === true || (network !== undefined && networkHasNames(network.record));
}

/** Whether ports or rules come into force for it. */
export function isReached({ elements, wishes }: Opening): boolean {
  return elements.length > 0 || wishes.length > 0;
}

/** Does what these need together, and notes how long it took. Nothing is noted when nobody needs it. */
export async function timed<Result>(
  name: string,
  ones: readonly Timed[],
  work: () => Promise<Result>,
): Promise<Result> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    noteTogether(name, ones, start);
  }
}

/** Notes a step that these did together, from `start` (milliseconds of performance.now()) until now. */
export function noteTogether(name: string, ones: readonly Timed[], start: number): void {
  const duration = 1000 * (performance.now() - start);
  for (const { microseconds, trace } of ones) {
    microseconds[name] = duration / ones.length;
    trace?.step(name, start, duration);
  }
}

/** Notes for those who listen what the engine did: one plan after the other, the last one's last step just now. */
export function traceEngine(ones: readonly Timed[], outcomes: readonly (PlanOutcome | Error)[]): void {
  if (!ones.some(({ trace }) => trace)) {
    return;
  }
  let end = performance.now();
  for (let i = ones.length - 1; i >= 0; i--) {
    const outcome = outcomes[i];
    const steps = outcome === undefined || outcome instanceof Error ? [] : Object.entries(outcome.times);
    const begin = end - steps.reduce((sum, [, time]) => sum + time, 0) / 1000;
    let start = begin;
    for (const [name, time] of steps) {
      ones[i]?.trace?.step(name, start, time);
      start += time / 1000;
    }
    end = begin;
  }
}

/** Tells those who listen which sandboxes these are to be, as soon as that is known. */
export function traceClaims(
  entries: readonly { readonly trace?: Trace<AttachTrace> | undefined }[],
  claims: readonly (Claim | Error)[],
): void {
  entries.forEach(({ trace }, i) => {
    const claim = claims[i];
    if (trace && claim && !(claim instanceof Error)) {
      trace.context.sandbox = claim.request.id;
      trace.context.name = claim.request.name;
      if (claim.network) {
        trace.context.network = claim.network.record.name;
      }
    }
  });
}

/** Tells those who listen what the work for each has come to. */
export async function endTraces(
  entries: readonly { readonly trace?: Trace<AttachTrace> | undefined }[],
  work: Promise<AttachResult[]>,
): Promise<AttachResult[]> {
  try {
    const results = await work;
    results.forEach(({ attached, error }, i) => {
      const trace = entries[i]?.trace;
      if (trace) {
        Object.assign(trace.context, attached && { result: attached });
        trace.end(error);
      }
    });
    return results;
  } catch (error) {
    for (const { trace } of entries) {
      trace?.end(error);
    }
    throw error;
  }
}
