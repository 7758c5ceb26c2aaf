/**
 * How much one TCP stream carries between two sandboxes: on one bridge of ours and across the bridges of one network, against a
 * hand-made pair of namespaces on a plain bridge, in turn.
 *
 *   throughput.ts [--rounds=N] [--seconds=N] [--quick] [--json] [--check]
 *
 * Needs root and iperf3. Everything happens in throw-away namespaces.
 */
import { runModuleApart } from './lib/apart.js';
import { settle } from './lib/floor.js';
import { type OptionTable, type OptionValues, printWhenMain, type Report, type Row } from './lib/report.js';
import { median } from './lib/statistics.js';
import type { ThroughputTrial } from './trials/throughput.js';

export const options = {
  rounds: { usual: 7, quick: 1, most: 100 },
  seconds: { usual: 2, quick: 1, most: 60 },
} satisfies OptionTable;

export async function measure({ rounds, seconds }: OptionValues<typeof options>): Promise<Report> {
  await settle();
  const trial = await runModuleApart<ThroughputTrial>('trials/throughput', [`${rounds}`, `${seconds}`]);
  return {
    name: 'throughput',
    title: `one TCP stream between two sandboxes, iperf3 for ${seconds} s; medians of ${rounds} rounds`,
    rows: [
      rateOf('on a plain bridge, made by hand', trial.plain),
      rateOf('on the bridge of a network', trial.same),
      rateOf('across three bridges of a network', trial.across),
      { ...ratioOf('on the bridge of a network', trial.same, trial.plain), least: 0.97 },
      ratioOf('across three bridges of a network', trial.across, trial.plain),
    ],
    details: trial,
  };
}

function rateOf(label: string, rates: readonly number[]): Row {
  return { label: `${label}, in a second`, value: median(rates) / 8 / 2 ** 20, unit: 'MiB' };
}

/** Of those of one round, which the machine treated alike. */
function ratioOf(label: string, ones: readonly number[], others: readonly number[]): Row {
  const ratios = ones.map((one, i) => one / (others[i] ?? Number.NaN));
  return { label: `${label}, against a plain one`, value: median(ratios), unit: '×', of: 'a plain bridge' };
}

await printWhenMain(import.meta.url, options, measure);
