/**
 * What it takes to remove many sandboxes at once, until the kernel has nothing of them any more; and what an attach takes while
 * that goes on, beside what it takes when nothing does. Trials in turn over several rounds.
 *
 *   removal.ts [--count=N] [--others=N] [--interval=MS] [--rounds=N] [--quick] [--json] [--check]
 *
 * Needs root and g++. Everything happens in throw-away namespaces. Ten thousand sandboxes take 3.2 GB of the kernel's memory.
 */
import { runModuleApart } from './lib/apart.js';
import { settle } from './lib/floor.js';
import { type OptionTable, type OptionValues, printWhenMain, type Report } from './lib/report.js';
import { median, percentile } from './lib/statistics.js';
import type { RemovalTrial } from './trials/removal.js';
import type { RemovalLatencyTrial } from './trials/removal-latency.js';

export const options = {
  /** Removed at once, with nothing else going on. */
  count: { usual: 10_000, quick: 60, most: 20_000 },
  /** Removed while others are attached. */
  others: { usual: 1000, quick: 60, most: 5000 },
  /** Milliseconds from one attach to the next. */
  interval: { usual: 10, quick: 10, most: 1000 },
  rounds: { usual: 5, quick: 1, most: 100 },
} satisfies OptionTable;

/** Promised (issue 6). */
const mostMsEach = 1;
const mostTimesQuiet = 5;

export async function measure({ count, others, interval, rounds }: OptionValues<typeof options>): Promise<Report> {
  const removals: RemovalTrial[] = [];
  const latencies: RemovalLatencyTrial[] = [];
  for (let round = 0; round < rounds; round++) {
    await settle();
    removals.push(await runModuleApart<RemovalTrial>('trials/removal', [`${count}`]));
    await settle();
    latencies.push(await runModuleApart('trials/removal-latency', [`${others}`, `${interval}`]));
  }
  const quiet = latencies.flatMap(({ quiet_us }) => quiet_us);
  const during = latencies.flatMap(({ during_us }) => during_us);
  const each = (figure: keyof RemovalTrial) => median(removals.map((trial) => trial[figure])) / count;
  return {
    name: 'removal',
    title: `${count} sandboxes removed at once; attaches every ${interval} ms, alone and while ${others} others are removed; ${rounds} rounds`,
    rows: [
      { label: 'removal, each, until the kernel is done', value: each('gone_ms'), unit: 'ms', limit: mostMsEach },
      { label: 'removal, each, until detachAll returns', value: each('detach_ms'), unit: 'ms' },
      {
        label: 'longest stall of the event loop',
        value: median(removals.map((one) => one.loop_delay_max_ms)),
        unit: 'ms',
      },
      { label: 'attach, p50, alone', value: median(quiet), unit: 'µs' },
      { label: 'attach, p50, meanwhile', value: median(during), unit: 'µs' },
      { label: 'attach, p99, alone', value: percentile(quiet, 0.99), unit: 'µs' },
      { label: 'attach, p99, meanwhile', value: percentile(during, 0.99), unit: 'µs' },
      {
        label: 'attach, p99, meanwhile',
        value: percentile(during, 0.99) / percentile(quiet, 0.99),
        unit: '×',
        of: 'alone',
        limit: mostTimesQuiet,
      },
      {
        label: 'removal while others are attached, each',
        value: median(latencies.map(({ gone_ms }) => gone_ms)) / others,
        unit: 'ms',
      },
    ],
    details: { removals, latencies },
  };
}

await printWhenMain(import.meta.url, options, measure);
