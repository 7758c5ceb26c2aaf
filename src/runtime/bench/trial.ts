import { cpus } from 'node:os';
import type { Attached, AttachResult, AttachSpec } from '../../endpoint/index.js';
import type { Host } from '../../host/index.js';
import type { BenchProgress, Figures } from './report.js';
import { spreadOf, stepSpreads } from './spread.js';

/** What a trial is of. */
export interface TrialOptions {
  readonly count: number;
  /** The name of a network that is there. */
  readonly network: string;
  readonly publish: boolean;
}

/** What a trial looks at beside the host. */
export interface TrialContext {
  /** Bytes of memory that the machine could still give out. */
  readonly available: () => number;
  readonly onProgress: (progress: BenchProgress) => void;
}

/** As many as it takes for the ninetieth percentile to mean something, and for code to be as fast as it gets. */
const mostSingles = 100;

/** Steps that are none of the engine's. */
const others = ['queue', 'state', 'names', 'rules'];

/**
 * Attaches new sandboxes to a network of a host, the first of them one after the other and the others at once, and detaches
 * them all at once. Throws what attaching and detaching throw: one that fails ends it, and what was attached is left to whoever
 * throws the host away.
 */
export async function measure(host: Host, options: TrialOptions, context: TrialContext): Promise<Figures> {
  const { count, network, publish } = options;
  const spec: AttachSpec = { create: true, network, ...(publish && { publish: ['80'] }) };
  await warmUp(host, spec);
  const singles = Math.min(mostSingles, Math.ceil(count / 10));
  const onAttached = (done: number) => context.onProgress({ phase: 'attach', done, total: count });
  const before = context.available();
  const one = await attachSingly(host, spec, singles, onAttached);
  const many = await attachTogether(host, spec, count - singles, (done) => onAttached(singles + done));
  const available = context.available();
  const memory = (before - available) / count;
  const detach = await detachTogether(host, [...one.sandboxes, ...many.sandboxes], context);
  const driver = network === 'none' ? 'null' : (await host.networks.inspect(network)).driver;
  return {
    ...{ count, network, driver, firewall: host.firewall, publish },
    single: { count: singles, ...spreadOf(one.times) },
    attach: many.attach,
    steps: stepSpreads(many.microseconds.length > 0 ? many.microseconds : one.microseconds, ['queue']),
    detach,
    ...(memory > 0 && { memory }),
    available,
  };
}

/** The first makes what all share, the second is not slowed by code that was never run. */
async function warmUp(host: Host, spec: AttachSpec): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const { sandbox } = await host.attach(spec);
    await host.detach(sandbox);
  }
}

async function attachSingly(host: Host, spec: AttachSpec, count: number, onAttached: (done: number) => void) {
  const attached: Attached[] = [];
  const times: number[] = [];
  while (attached.length < count) {
    const begun = performance.now();
    attached.push(await host.attach(spec));
    times.push(1000 * (performance.now() - begun));
    onAttached(attached.length);
  }
  return { times, ...partsOf(attached) };
}

async function attachTogether(host: Host, spec: AttachSpec, count: number, onAttached: (done: number) => void) {
  const machine = busyProcessors();
  const own = process.cpuUsage();
  const main = performance.eventLoopUtilization();
  const begun = performance.now();
  const results = await host.attachAll(
    Array.from({ length: count }, () => spec),
    { onProgress: onAttached },
  );
  const time = performance.now() - begun;
  const attached = results.map(attachedIn);
  const parts = partsOf(attached);
  const busy = parts.microseconds.reduce((sum, times) => sum + engineTime(times), 0) / 1000;
  const { utilization } = performance.eventLoopUtilization(main);
  const { user, system } = process.cpuUsage(own);
  const attach = {
    ...{ count, perSecond: rate(count, time), engine: busy / time, main: utilization, machine: machine() },
    own: (user + system) / (1000 * time * cpus().length),
  };
  return { attach, ...parts };
}

async function detachTogether(host: Host, sandboxes: readonly string[], { onProgress }: TrialContext) {
  const total = sandboxes.length;
  onProgress({ phase: 'detach', done: 0, total });
  const begun = performance.now();
  const results = await host.detachAll(sandboxes);
  const time = performance.now() - begun;
  for (const { error } of results) {
    if (error) {
      throw error;
    }
  }
  onProgress({ phase: 'detach', done: total, total });
  return { count: total, perSecond: rate(total, time) };
}

/** What is kept of each: all of it would be in the way of what is measured after. */
function partsOf(attached: readonly Attached[]) {
  return {
    sandboxes: attached.map(({ sandbox }) => sandbox),
    microseconds: attached.map(({ microseconds }) => microseconds),
  };
}

function attachedIn({ attached, error }: AttachResult): Attached {
  if (error) {
    throw error;
  }
  return attached;
}

function engineTime(microseconds: Attached['microseconds']): number {
  return Object.entries(microseconds).reduce((sum, [step, time]) => (others.includes(step) ? sum : sum + time), 0);
}

/** `time`: milliseconds. */
function rate(count: number, time: number): number {
  return count === 0 ? 0 : (1000 * count) / time;
}

/** From now until the returned function is called: which part of all processors' time was used by anybody. */
function busyProcessors(): () => number {
  const before = processorTimes();
  return () => {
    const after = processorTimes();
    const all = after.all - before.all;
    return all > 0 ? 1 - (after.idle - before.idle) / all : 0;
  };
}

function processorTimes(): { readonly all: number; readonly idle: number } {
  const times = cpus().map((processor) => processor.times);
  const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0);
  return { all: sum(times.flatMap((one) => Object.values(one))), idle: sum(times.map(({ idle }) => idle)) };
}
