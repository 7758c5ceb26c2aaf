/**
 * Whether a network costs the same however many there are: networks are made, listed and removed, one by one.
 *
 *   networks.ts [--count=N] [--rounds=N] [--quick] [--json] [--check]
 *
 * Needs root. Everything happens in throw-away namespaces.
 */
import { runModuleApart } from './lib/apart.js';
import { settle } from './lib/floor.js';
import { type OptionTable, type OptionValues, printWhenMain, type Report, type Row } from './lib/report.js';
import { meansOfParts, median } from './lib/statistics.js';
import type { NetworksTrial } from './trials/networks.js';

export const options = {
  count: { usual: 1000, quick: 10, least: 10, most: 4000 },
  rounds: { usual: 3, quick: 1, most: 100 },
} satisfies OptionTable;

const labels: Readonly<Record<keyof NetworksTrial, string>> = {
  named_us: 'made, with a subnet that is named',
  chosen_us: 'made, with a subnet that is chosen',
  bare_us: 'for comparison: four requests to the kernel make the bare bridge',
  list_us: 'listed',
  remove_us: 'removed',
  bare_remove_us: 'for comparison: one request removes the bare bridge',
};

export async function measure({ count, rounds }: OptionValues<typeof options>): Promise<Report> {
  const trials: NetworksTrial[] = [];
  for (let round = 0; round < rounds; round++) {
    await settle();
    trials.push(await runModuleApart<NetworksTrial>('trials/networks', [`${count}`]));
  }
  const steps = Object.keys(labels) as (keyof NetworksTrial)[];
  return {
    name: 'networks',
    title: `${count} networks, made, listed and removed one by one; medians of ${rounds} rounds`,
    rows: steps.flatMap((step) =>
      rowsOf(
        labels[step],
        trials.map((trial) => trial[step]),
      ),
    ),
    details: trials,
  };
}

function rowsOf(label: string, rounds: readonly (readonly number[])[]): Row[] {
  const parts = rounds.map((times) => meansOfParts(times, 10));
  const first = median(parts.map((one) => one[0] ?? Number.NaN));
  const last = median(parts.map((one) => one.at(-1) ?? Number.NaN));
  return [
    { label, group: 'first tenth, each', value: first, unit: 'µs' },
    { label, group: 'last tenth, each', value: last, unit: 'µs' },
    { label, group: 'last ÷ first', value: last / first, unit: '×' },
  ];
}

await printWhenMain(import.meta.url, options, measure);
