/**
 * What taking a sandbox out of a full pool costs, one after the other: with one port that was published ahead, with one that is asked
 * for then, and with none; beside what the floor takes to make one with an address and no port. Trials in turn over several rounds.
 *
 *   pool.ts [--count=N] [--rounds=N] [--quick] [--json] [--check]
 *
 * Needs root, ping and g++. Everything happens in throw-away namespaces.
 */
import { runModuleApart } from './lib/apart.js';
import { runFloor, settle } from './lib/floor.js';
import { type OptionTable, type OptionValues, printWhenMain, type Report, type Row } from './lib/report.js';
import { median, percentile } from './lib/statistics.js';
import type { PoolTrial } from './trials/pool.js';

export const options = {
  /** Waiting, and taken; one bridge has 1023 ports. */
  count: { usual: 1000, quick: 40, most: 1023 },
  rounds: { usual: 5, quick: 1, most: 100 },
} satisfies OptionTable;

/** Promised (issue 6), of those whose port was published ahead. */
const mostP50 = 60;
const mostP99 = 400;
const leastTimesFaster = 5;

const kinds = ['published', 'asked', 'plain'] as const;
type Kind = (typeof kinds)[number];
const words: Readonly<Record<Kind, string>> = {
  published: 'port published ahead',
  asked: 'port asked for then',
  plain: 'no port',
};

export async function measure({ count, rounds }: OptionValues<typeof options>): Promise<Report> {
  const trials: Record<Kind, PoolTrial[]> = { published: [], asked: [], plain: [] };
  const floors: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Each is first in some rounds.
    for (const i of kinds.keys()) {
      const kind = kinds[(i + round) % kinds.length] as Kind;
      await settle();
      trials[kind].push(await runModuleApart<PoolTrial>('trials/pool', [kind, `${count}`]));
    }
    await settle();
    floors.push((await runFloor(count)).attach.p50_us);
  }
  return {
    name: 'pool',
    title: `${count} sandboxes taken one after the other out of a full pool, by a process; medians of ${rounds} rounds`,
    rows: [...kinds.flatMap((kind) => rowsOf(kind, trials[kind], floors)), floorRow(floors)],
    charts: [
      {
        name: 'taken',
        title: 'Taking a sandbox out of a pool: how many took at most so long',
        x: { label: 'µs', scale: 'log' },
        y: { label: '%', scale: 'linear' },
        series: kinds.map((kind) => ({
          label: words[kind],
          points: distributionOf(trials[kind]),
          ...(kind === 'published' && { strong: true }),
        })),
      },
    ],
    details: { trials, floors },
  };
}

/** Medians over the rounds of each round's own figure: a processor that is busy elsewhere in one of them is not ours. */
function rowsOf(kind: Kind, trials: readonly PoolTrial[], floors: readonly number[]): Row[] {
  const of = (fraction: number) => median(trials.map(({ each_us }) => percentile(each_us, fraction)));
  const ratio = median(trials.map(({ each_us }, i) => (floors[i] ?? Number.NaN) / percentile(each_us, 0.5)));
  const isPromised = kind === 'published';
  const label = words[kind];
  return [
    { label: `take, ${label}, p50`, value: of(0.5), unit: 'µs', ...(isPromised && { limit: mostP50 }) },
    { label: `take, ${label}, p99`, value: of(0.99), unit: 'µs', ...(isPromised && { limit: mostP99 }) },
    {
      label: `faster than making one, ${label}`,
      value: ratio,
      unit: '×',
      of: 'the floor',
      ...(isPromised && { least: leastTimesFaster }),
    },
    { label: `filling, ${label}, each`, value: median(trials.map(fillEach)), unit: 'ms' },
  ];
}

function fillEach({ fill_ms, each_us }: PoolTrial): number {
  return fill_ms / each_us.length;
}

function floorRow(floors: readonly number[]): Row {
  return { label: 'the floor, without a port, p50', value: median(floors), unit: 'µs' };
}

/** Of all rounds together. */
function distributionOf(trials: readonly PoolTrial[]): [number, number][] {
  const sorted = trials.flatMap(({ each_us }) => each_us).sort((one, other) => one - other);
  const steps = Math.min(100, sorted.length);
  return Array.from({ length: steps }, (_, i) => {
    const fraction = (i + 1) / steps;
    return [percentile(sorted, fraction), 100 * fraction];
  });
}

await printWhenMain(import.meta.url, options, measure);
