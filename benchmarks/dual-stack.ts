/**
 * What sandboxes with IPv6 cost beside those with IPv4 alone: attached all at once to one bridge, and until what that sets off in
 * the background is over. Beside them, on a bridge of somebody else that has the kernel's usual settings, what it costs where
 * multicast reports are copied to all. Trials in turn over several rounds.
 *
 *   dual-stack.ts [--count=N] [--rounds=N] [--quick] [--json] [--check]
 *
 * Needs root and g++. Everything happens in throw-away namespaces. Processor time is the whole machine's, so that it should have
 * nothing else to do.
 */
import { runModuleApart } from './lib/apart.js';
import { settle } from './lib/floor.js';
import { type OptionTable, type OptionValues, printWhenMain, type Report, type Row } from './lib/report.js';
import { median } from './lib/statistics.js';
import type { DualStackTrial } from './trials/dual-stack.js';

export const options = {
  count: { usual: 1000, quick: 40, most: 1000 },
  rounds: { usual: 5, quick: 1, most: 100 },
} satisfies OptionTable;

const kinds = ['IPv4 only', 'both families', 'both families, reports copied to all'] as const;
type Kind = (typeof kinds)[number];
const argumentOf: Readonly<Record<Kind, string>> = {
  'IPv4 only': 'ipv4',
  'both families': 'dual',
  'both families, reports copied to all': 'copied',
};

/** Promised (issue 6). */
const mostTimesIpv4 = 1.3;

export async function measure({ count, rounds }: OptionValues<typeof options>): Promise<Report> {
  const trials = new Map<Kind, DualStackTrial[]>(kinds.map((kind) => [kind, []]));
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) {
      await settle();
      trials
        .get(kind)
        ?.push(await runModuleApart<DualStackTrial>('trials/dual-stack', [argumentOf[kind], String(count)]));
    }
  }
  const of = (kind: Kind, figure: keyof DualStackTrial) =>
    median((trials.get(kind) ?? []).map((trial) => trial[figure]));
  /** Each round's own ratio: what the machine did beside changes from round to round. */
  const ratio = (kind: Kind, figure: keyof DualStackTrial) => {
    const base = trials.get('IPv4 only') ?? [];
    return median((trials.get(kind) ?? []).map((trial, i) => trial[figure] / (base[i]?.[figure] ?? Number.NaN)));
  };
  const figures = (kind: Kind): Row[] => {
    const limit = kind === 'both families' ? { limit: mostTimesIpv4 } : {};
    const beside = (label: string, figure: keyof DualStackTrial): Row[] =>
      kind === 'IPv4 only'
        ? []
        : [{ group: kind, label, value: ratio(kind, figure), unit: '×', of: 'IPv4 only', ...limit }];
    return [
      { group: kind, label: 'attach, all', value: of(kind, 'attach_ms'), unit: 'ms' },
      ...beside('attach, all', 'attach_ms'),
      { group: kind, label: 'processor time until quiet', value: of(kind, 'all_cpu_ms'), unit: 'ms' },
      ...beside('processor time until quiet', 'all_cpu_ms'),
      { group: kind, label: 'frames copied to ports, each', value: of(kind, 'frames') / count, unit: '' },
      {
        group: kind,
        label: 'frames at the first word from one to another',
        value: of(kind, 'contact_frames'),
        unit: '',
      },
      { group: kind, label: 'detach, all', value: of(kind, 'detach_ms'), unit: 'ms' },
    ];
  };
  return {
    name: 'dual-stack',
    title: `${count} sandboxes on one bridge, attached at once; medians of ${rounds} rounds`,
    rows: kinds.flatMap(figures),
    details: Object.fromEntries(trials),
  };
}

await printWhenMain(import.meta.url, options, measure);
