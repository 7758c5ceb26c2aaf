/**
 * What it costs an attach that somebody listens to its tracing channel, and that nobody does.
 *
 *   tracing.ts [--count=N] [--rounds=N] [--quick] [--json] [--check]
 *
 * Needs root. Everything happens in throw-away namespaces.
 */
import { runModuleApart } from './lib/apart.js';
import { settle } from './lib/floor.js';
import { type OptionTable, type OptionValues, printWhenMain, type Report, type Row } from './lib/report.js';
import { median } from './lib/statistics.js';
import type { TracingBatch, TracingTrial } from './trials/tracing.js';

export const options = {
  count: { usual: 500, quick: 20, least: 2, most: 1000 },
  rounds: { usual: 10, quick: 2, most: 100 },
} satisfies OptionTable;

export async function measure({ count, rounds }: OptionValues<typeof options>): Promise<Report> {
  await settle();
  const trial = await runModuleApart<TracingTrial>('trials/tracing', [`${count}`, `${rounds}`]);
  return {
    name: 'tracing',
    title: `${count} new sandboxes attached at once, with and without a listener, in turn; medians of ${rounds} rounds`,
    rows: [
      ...rowsOf('each, until all are attached', trial, 'wall_us'),
      ...rowsOf('each, of processor time outside the kernel', trial, 'own_us'),
      { label: 'a look at the channel when nobody listens', value: median(trial.looks_us) / 1000, unit: 'µs' },
    ],
    details: trial,
  };
}

function rowsOf(label: string, { without, listening }: TracingTrial, figure: keyof TracingBatch): Row[] {
  const [alone, heard] = [without, listening].map((batches) => median(batches.map((one) => one[figure])));
  return [
    { label, group: 'nobody listens', value: alone ?? Number.NaN, unit: 'µs' },
    { label, group: 'somebody listens', value: heard ?? Number.NaN, unit: 'µs' },
    { label, group: 'ratio', value: (heard ?? Number.NaN) / (alone ?? Number.NaN), unit: '×' },
  ];
}

await printWhenMain(import.meta.url, options, measure);
