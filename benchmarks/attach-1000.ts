/**
 * How long it takes to attach and detach a thousand endpoints on one bridge, beside the floor (the same endpoints made
 * with nothing but the system calls), both in turn over several rounds.
 *
 *   attach-1000.ts [--count=N] [--rounds=N] [--quick] [--json] [--check]
 *
 * Needs root and g++. Everything happens in throw-away namespaces. Other programs: peers.ts.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { runModuleApart } from './lib/apart.js';
import { barChart, histogram } from './lib/chart.js';
import { type FloorRun, runFloor, settle } from './lib/floor.js';
import { type Chart, type OptionTable, type OptionValues, printWhenMain, type Report, type Row } from './lib/report.js';
import { median } from './lib/statistics.js';
import { latency } from './peers/report.js';
import type { Trial } from './trials/netplumb.js';

export const options = {
  /** As many as one bridge holds: 1023 ports, of which the trial's first sandbox needs none any more. */
  count: { usual: 1000, quick: 20, most: 1000 },
  rounds: { usual: 5, quick: 1, most: 100 },
} satisfies OptionTable;

/** Deleting one by one takes 20 to 25 ms each: so many are enough to tell. */
const deletedOneByOne = 50;

/** Promised (issue 6). */
const mostOfFloor = 1.1;

interface Rounds {
  readonly count: number;
  readonly trials: readonly Trial[];
  readonly floors: readonly FloorRun[];
  /** Stalls that a Node process beside the floor sees though it does nothing: the machine's own share of ours. */
  readonly idleStallsMs: readonly number[];
  readonly oneByOne: FloorRun;
}

export async function measure({ count, rounds }: OptionValues<typeof options>): Promise<Report> {
  const trials: Trial[] = [];
  const floors: FloorRun[] = [];
  const idleStallsMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await settle();
    trials.push(await runModuleApart<Trial>('trials/netplumb', [String(count)]));
    await settle();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    floors.push(await runFloor(count));
    delay.disable();
    idleStallsMs.push(delay.max / 1e6);
  }
  await settle();
  const oneByOne = await runFloor(Math.min(count, deletedOneByOne), 'command');
  const all: Rounds = { count, trials, floors, idleStallsMs, oneByOne };
  return {
    name: 'attach-1000',
    title: `${count} endpoints on one bridge, attached by one attachAll and detached by one detachAll; medians of ${rounds} rounds`,
    rows: [...mainRows(all), ...stepRows(all)],
    charts: [chartOf(all)],
    picture: `one round, microseconds for each endpoint\n${barChart(histogram(trials[0]?.attach.each_us ?? []))}`,
    details: { trials, floors, idle_stalls_ms: idleStallsMs, one_by_one: oneByOne },
  };
}

/** Medians over the rounds; ratios are of medians. */
function mainRows({ count, trials, floors, idleStallsMs, oneByOne }: Rounds): Row[] {
  type Figure = Exclude<keyof Trial['attach'], 'steps_us' | 'each_us'>;
  const attach = (figure: Figure) => median(trials.map((trial) => trial.attach[figure]));
  const floor = (figure: Exclude<keyof FloorRun['attach'], 'steps_us' | 'each_us'>) =>
    median(floors.map((run) => run.attach[figure]));
  const detachMs = median(trials.map(({ detach }) => detach.total_ms));
  const floorDetachMs = median(floors.map(({ detach }) => detach.total_ms));
  const growth = attach('last_tenth_us') / attach('first_tenth_us');
  const floorGrowth = floor('last_tenth_us') / floor('first_tenth_us');
  const oneByOneMs = oneByOne.detach.total_ms / oneByOne.count;
  const shared = ['total_ms', 'p50_us', 'p99_us', 'max_us', 'first_tenth_us', 'last_tenth_us'] as const;
  const labels = {
    total_ms: 'attach, all',
    p50_us: 'each, p50',
    p99_us: 'each, p99',
    max_us: 'each, most',
    first_tenth_us: 'first tenth, each',
    last_tenth_us: 'last tenth, each',
  };
  return [
    ...shared.flatMap((figure): Row[] => {
      const [label, unit] = [labels[figure], figure === 'total_ms' ? 'ms' : 'µs'];
      return [
        { label, group: 'netplumb', value: attach(figure), unit },
        { label, group: 'the floor', value: floor(figure), unit },
      ];
    }),
    { label: 'detach, each', group: 'netplumb', value: detachMs / count, unit: 'ms' },
    { label: 'detach, each', group: 'the floor', value: floorDetachMs / count, unit: 'ms' },
    row('attach', attach('total_ms') / floor('total_ms'), '×', 'the floor', mostOfFloor),
    row('last tenth ÷ first', growth / floorGrowth, '×', "the floor's own", mostOfFloor),
    row('detach', detachMs / floorDetachMs, '×', 'the floor'),
    row('detach', detachMs / count / oneByOneMs, '×', '`ip link del` one by one'),
    row('attached in a second', (1000 * count) / attach('total_ms'), ''),
    row('longest stall of the event loop', attach('loop_delay_max_ms'), 'ms'),
    row('longest stall in an idle process beside the floor', median(idleStallsMs), 'ms'),
    row('memory of the process, more', attach('rss_growth_kib') / 1024, 'MiB'),
  ];
}

/** Where an endpoint's time goes. */
function stepRows({ trials }: Rounds): Row[] {
  return Object.keys(trials[0]?.attach.steps_us ?? {}).map((step) =>
    row(`step ${step}`, median(trials.map(({ attach }) => attach.steps_us[step] ?? 0)), 'µs'),
  );
}

function row(label: string, value: number, unit: string, of?: string, limit?: number): Row {
  const rest = { ...(of !== undefined && { of }), ...(limit !== undefined && { limit }) };
  return { label, group: 'netplumb', value, unit, ...rest };
}

function chartOf({ count, trials, floors }: Rounds): Chart {
  const of = (
    runs: readonly { readonly attach: { readonly total_ms: number; readonly each_us: readonly number[] } }[],
  ) =>
    latency(
      runs.map(({ attach }) => attach),
      count,
    );
  return {
    name: 'growth',
    title: 'One more endpoint, with so many on the bridge already',
    x: { label: 'endpoints', scale: 'log' },
    y: { label: 'milliseconds', scale: 'log' },
    series: [
      { label: 'netplumb', points: of(trials), strong: true },
      { label: 'the floor', points: of(floors) },
    ],
  };
}

await printWhenMain(import.meta.url, options, measure);
