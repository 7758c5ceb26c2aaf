/**
 * One trial of the library, in a process and namespaces of its own: makes COUNT namespaces, attaches them all to one
 * bridge by their files, detaches them all, and prints one JSON document. What is not measured happens before.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/netplumb.ts COUNT
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Attached, openHost } from 'netplumb';
import { Connection } from 'netplumb/rtnl';
import { type Distribution, distribution } from '../lib/statistics.js';

/** What one trial prints. */
export interface Trial {
  readonly count: number;
  readonly attach: Distribution & {
    readonly total_ms: number;
    readonly loop_delay_max_ms: number;
    readonly rss_growth_kib: number;
    /** Of every endpoint, in order. */
    readonly each_us: readonly number[];
    /** Medians. */
    readonly steps_us: Readonly<Record<string, number>>;
  };
  readonly detach: { readonly total_ms: number };
}

/** Steps of an attach that are not the endpoint's own. */
const shared = ['queue', 'state'];

const count = Number(process.argv[2]);
const paths = await makeNamespaces(count);
await using host = await openHost({ runDir: '/run/netplumb' });
// The first endpoint makes the bridge, and the second is not slowed by code that was never run: neither is measured.
await warmUp();

const before = process.memoryUsage.rss();
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const started = performance.now();
const results = await host.attachAll(paths.map((netns) => ({ netns })));
const attachMs = performance.now() - started;
delay.disable();
const after = process.memoryUsage.rss();
const attached = results.map(({ attached, error }) => {
  if (error) {
    throw error;
  }
  return attached;
});

const detachStarted = performance.now();
const detached = await host.detachAll(attached.map(({ sandbox }) => sandbox));
const detachMs = performance.now() - detachStarted;
const failed = detached.find(({ error }) => error);
if (failed?.error) {
  throw failed.error;
}

const each = attached.map(ownMicroseconds);
const trial: Trial = {
  count,
  attach: {
    total_ms: attachMs,
    ...distribution(each),
    loop_delay_max_ms: delay.max / 1e6,
    rss_growth_kib: (after - before) / 1024,
    each_us: each,
    steps_us: Object.fromEntries(stepNames(attached).map((step) => [step, distribution(times(attached, step)).p50_us])),
  },
  detach: { total_ms: detachMs },
};
process.stdout.write(`${JSON.stringify(trial)}\n`);

/** Pinned under /run/netns, as a launcher would have them. */
async function makeNamespaces(number: number): Promise<string[]> {
  await using connection = await Connection.open();
  const made = [];
  for (let i = 0; i < number; i++) {
    made.push((await connection.createNetns(`bench${i}`)).path);
  }
  return made;
}

async function warmUp(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const { sandbox } = await host.attach({ create: true });
    await host.detach(sandbox);
  }
}

/** What one endpoint took, without waiting for those before it. */
function ownMicroseconds({ microseconds }: Attached): number {
  return Object.entries(microseconds).reduce((sum, [step, time]) => (shared.includes(step) ? sum : sum + time), 0);
}

function stepNames([first]: readonly Attached[]): string[] {
  return Object.keys(first?.microseconds ?? {}).filter((step) => step !== 'queue');
}

function times(all: readonly Attached[], step: string): number[] {
  return all.map(({ microseconds }) => microseconds[step] ?? 0);
}
