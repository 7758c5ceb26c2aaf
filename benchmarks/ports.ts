/**
 * What published ports cost: a thousand endpoints with one each beside as many without, in turn over several rounds; ten thousand
 * ports, one after the other; and how many rules there are. Other programs that publish: peer-ports.ts.
 *
 *   ports.ts [--count=N] [--ports=N] [--rounds=N] [--quick] [--json] [--check]
 *
 * Needs root, nft, iptables and g++, and as many descriptors as ports (ulimit -Hn). Everything happens in throw-away namespaces.
 * Of iptables, whose text is handed over anew with each change, a tenth of the ports are published, in one round.
 */
import { runModuleApart } from './lib/apart.js';
import { settle } from './lib/floor.js';
import { type OptionTable, type OptionValues, printWhenMain, type Report, type Row } from './lib/report.js';
import type { Backend } from './lib/rules.js';
import { median, percentile } from './lib/statistics.js';
import type { Times } from './peers/peer.js';
import { latency } from './peers/report.js';
import type { PortsTrial } from './trials/ports.js';
import type { PublishTrial } from './trials/publish.js';

export const options = {
  count: { usual: 1000, quick: 10, most: 1000 },
  ports: { usual: 10_000, quick: 10, most: 20_000 },
  rounds: { usual: 3, quick: 1, most: 100 },
} satisfies OptionTable;

export async function measure({ count, ports, rounds }: OptionValues<typeof options>): Promise<Report> {
  const all = {
    nftables: await measureBackend('nftables', { count, ports, rounds }),
    iptables: await measureBackend('iptables', { count, ports: Math.ceil(ports / 10), rounds: 1 }),
  };
  return {
    name: 'ports',
    title: `${count} endpoints with one published port each, beside as many without; then ${ports} ports, one by one (of iptables a tenth, once); medians of ${rounds} rounds`,
    rows: Object.entries(all).flatMap(([group, one]) => rowsOf(group, one)),
    charts: [
      {
        name: 'publishing',
        title: 'Publishing one more port of a running sandbox, with so many published already',
        x: { label: 'published ports', scale: 'log' },
        y: { label: 'milliseconds', scale: 'log' },
        series: Object.entries(all).map(([label, { publish }]) => ({ label, points: publish.points })),
      },
    ],
    details: all,
  };
}

function rowsOf(group: string, measured: Awaited<ReturnType<typeof measureBackend>>): Row[] {
  const { publish, one, all } = measured;
  const row = (label: string, value: number, unit: string, of?: string): Row => {
    return { label, group, value, unit, ...(of !== undefined && { of }) };
  };
  const tenth = 'last tenth ÷ first';
  return [
    row('attach', measured.ratio, '×', 'none published'),
    row('detach', measured.detach_ratio, '×', 'none published'),
    row('rules with 1 endpoint', one?.rules ?? Number.NaN, ''),
    row('rules with all', all?.rules ?? Number.NaN, ''),
    row('elements with 1 endpoint', one?.elements ?? Number.NaN, ''),
    row('elements with all', all?.elements ?? Number.NaN, ''),
    row('publishing one more, p50', publish.p50_us, 'µs'),
    row('publishing one more, p99', publish.p99_us, 'µs'),
    row(`publishing, ${tenth}`, publish.growth, '×'),
  ];
}

/** Medians over the rounds; ratios are those of the two trials of a round. */
async function measureBackend(backend: Backend, { count, ports, rounds }: OptionValues<typeof options>) {
  /** So many take ports in turn, so that none has more than a few dozen. */
  const sandboxes = Math.min(count, 500);
  const trials: Record<'plain' | 'published', PortsTrial[]> = { plain: [], published: [] };
  for (let round = 0; round < rounds; round++) {
    // Each is first in every other round.
    for (const kind of round % 2 === 0 ? (['plain', 'published'] as const) : (['published', 'plain'] as const)) {
      await settle();
      trials[kind].push(await runModuleApart<PortsTrial>('trials/ports', [kind, backend, `${count}`]));
    }
  }
  const publishing: PublishTrial[] = [];
  for (let round = 0; round < rounds; round++) {
    await settle();
    publishing.push(await runModuleApart('trials/publish', [backend, `${ports}`, `${sandboxes}`]));
  }
  const of = (kind: keyof typeof trials) => median(trials[kind].map((trial) => trial.attach_ms));
  const ratio = (figure: 'attach_ms' | 'detach_ms') =>
    median(trials.published.map((trial, i) => trial[figure] / (trials.plain[i]?.[figure] ?? Number.NaN)));
  const last = trials.published.at(-1);
  return {
    plain_ms: of('plain'),
    published_ms: of('published'),
    ratio: ratio('attach_ms'),
    detach_ratio: ratio('detach_ms'),
    one: last?.one,
    all: last?.all,
    publish: { count: ports, ...growthOf(publishing), points: latency(publishing.map(timesOf), ports) },
  };
}

/** Medians of medians: a processor that is busy elsewhere for an instant is not growth. */
function growthOf(trials: readonly PublishTrial[]) {
  const of = (figure: (each: readonly number[]) => number) => median(trials.map(({ each_us }) => figure(each_us)));
  const tenth = (each: readonly number[]) => Math.ceil(each.length / 10);
  const first = of((each) => median(each.slice(0, tenth(each))));
  const last = of((each) => median(each.slice(-tenth(each))));
  const p99 = of((each) => percentile(each, 0.99));
  return { p50_us: of(median), p99_us: p99, first_tenth_us: first, last_tenth_us: last, growth: last / first };
}

function timesOf({ each_us }: PublishTrial): Times {
  return { total_ms: each_us.reduce((sum, one) => sum + one, 0) / 1000, each_us };
}

await printWhenMain(import.meta.url, options, measure);
