/**
 * What ten thousand sandboxes cost: whether the last are attached as fast as the first, beside the floor, whose own growth is the
 * kernel's; and what our process and the store keep of each.
 *
 *   scale.ts [--count=N] [--networks=N] [--rounds=N] [--quick] [--json] [--check]
 *
 * Needs root and g++. Everything happens in throw-away namespaces. Ten thousand sandboxes take 3.2 GB of the kernel's memory.
 */
import { runModuleApart } from './lib/apart.js';
import { runFloor, settle } from './lib/floor.js';
import { type OptionTable, type OptionValues, printWhenMain, type Report, type Series } from './lib/report.js';
import { mean, meansOfParts, median } from './lib/statistics.js';
import type { ScaleTrial } from './trials/scale.js';

export const options = {
  count: { usual: 10_000, quick: 100, most: 20_000 },
  /** A bridge has 1023 ports. */
  networks: { usual: 10, quick: 1, most: 20 },
  rounds: { usual: 1, quick: 1, most: 10 },
} satisfies OptionTable;

/** Promised (issue 6). */
const mostGrowth = 1.1;
const mostBytesInProcess = 2048;
const mostBytesInStore = 1024;

/** Entries of the latest changes, a ring that is full sooner or later whatever the number of sandboxes. */
const ring = 'changes';

export async function measure({ count, networks, rounds }: OptionValues<typeof options>): Promise<Report> {
  const trials: ScaleTrial[] = [];
  const growths: number[] = [];
  const floorGrowths: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await settle();
    const trial = await runModuleApart<ScaleTrial>('trials/scale', [`${count}`, `${networks}`]);
    trials.push(trial);
    growths.push(growthOf(trial));
    await settle();
    const floor = await runFloor(count);
    floorGrowths.push(floor.attach.last_tenth_us / floor.attach.first_tenth_us);
  }
  const of = (figure: (trial: ScaleTrial) => number) => median(trials.map(figure));
  const kept = (kind: keyof ScaleTrial['memory']['before']) =>
    of(({ memory }) => (memory.after[kind] - memory.before[kind]) / count);
  const stored = (isIn: (table: string) => boolean) => of((trial) => storedEach(trial, isIn));
  const growth = median(growths.map((one, i) => one / (floorGrowths[i] ?? Number.NaN)));
  return {
    name: 'scale',
    title: `${count} sandboxes on ${networks} networks, ${rounds} rounds; each figure is of one sandbox`,
    rows: [
      { label: 'attach, first tenth', value: of((trial) => tenths(trial)[0] ?? Number.NaN), unit: 'µs' },
      { label: 'attach, last tenth', value: of((trial) => tenths(trial).at(-1) ?? Number.NaN), unit: 'µs' },
      { label: 'growth', value: median(growths), unit: '×', of: 'its first tenth' },
      { label: 'growth of the floor', value: median(floorGrowths), unit: '×', of: 'its first tenth' },
      { label: 'growth', value: growth, unit: '×', of: "the floor's", limit: mostGrowth },
      { label: 'kept in the process: JavaScript', value: kept('heap'), unit: 'B' },
      { label: 'kept in the process: buffers', value: kept('external'), unit: 'B' },
      { label: 'kept in the process: all memory', value: kept('anonymous'), unit: 'B', limit: mostBytesInProcess },
      { label: 'pages of the store', value: stored((table) => table !== ring), unit: 'B', limit: mostBytesInStore },
      { label: 'pages of the store with its ring of changes', value: stored(() => true), unit: 'B' },
      { label: 'attach, all', value: of(({ total_ms }) => total_ms) / 1000, unit: 's' },
      { label: 'detach, all', value: of(({ detach_ms }) => detach_ms) / 1000, unit: 's' },
    ],
    charts: [
      {
        name: 'scale',
        title: 'Attach against the number of sandboxes',
        x: { label: 'sandboxes', scale: 'linear' },
        y: { label: 'µs each', scale: 'linear' },
        series: [seriesOf(trials)],
      },
    ],
    details: {
      tables: trials.map(({ store }) => store),
      memory: trials.map(({ memory }) => memory),
      floor: floorGrowths,
    },
  };
}

function tenths({ each_us }: ScaleTrial): number[] {
  return meansOfParts(each_us, 10);
}

function growthOf(trial: ScaleTrial): number {
  const parts = tenths(trial);
  return (parts.at(-1) ?? Number.NaN) / (parts[0] ?? Number.NaN);
}

/** Of a table that grows with sandboxes what was added; of the ring all that there is. */
function storedEach({ store, count }: ScaleTrial, isIn: (table: string) => boolean): number {
  const added = Object.entries(store.after).map(([table, bytes]) => {
    const before = table === ring ? 0 : (store.before[table] ?? 0);
    return isIn(table) ? bytes - before : 0;
  });
  return added.reduce((sum, bytes) => sum + bytes, 0) / count;
}

function seriesOf(trials: readonly ScaleTrial[]): Series {
  const parts = Math.min(50, ...trials.map(({ each_us }) => each_us.length));
  const means = trials.map(({ each_us }) => meansOfParts(each_us, parts));
  const size = (trials[0]?.count ?? 0) / parts;
  const points = Array.from({ length: parts }, (_, i) => {
    const each = mean(means.map((one) => one[i] ?? Number.NaN));
    return [Math.round((i + 1) * size), each] as const;
  });
  return { label: 'netplumb', points };
}

await printWhenMain(import.meta.url, options, measure);
