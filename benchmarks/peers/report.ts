/** What trials of rivals become: rows for a table, lines for charts. Pure. */

import type { Chart, Report, Row, Series } from '../lib/report.js';
import { meansOfParts, median } from '../lib/statistics.js';
import type { Times } from './peer.js';
import type { PeerRuns } from './run.js';

export interface PeerReportOptions {
  readonly name: string;
  readonly title: string;
  /** One of those measured, whose time the others' are divided by. */
  readonly base: string;
  /** Beside those who cannot be beaten, nobody is to be ahead of `base`; some are promised to be far behind it (Peer). */
  readonly unbeaten: readonly string[];
}

/** Rows and charts; who was not measured is in the notes, with the reason. */
export function peerReport(all: readonly PeerRuns[], { name, title, base, unbeaten }: PeerReportOptions): Report {
  const measured = all.filter(({ runs, problem }) => problem === undefined && runs.length > 0);
  const ours = measured.find(({ peer }) => peer.name === base);
  const isOurs = (who: PeerRuns) => who.peer.name.startsWith('netplumb') || unbeaten.includes(who.peer.name);
  return {
    name,
    title,
    rows: measured.flatMap((who) => rowsOf(who, ours, isOurs(who))),
    charts: chartsOf(measured),
    notes: all.flatMap(({ peer, problem }) => (problem === undefined ? [] : [`${peer.name}: ${problem}`])),
    details: all.map(({ peer, version, runs, problem }) => {
      const { name: who, beside, ipv6Off = false } = peer;
      return { name: who, version, beside, ipv6_off: ipv6Off, problem, runs };
    }),
  };
}

const verbs = ['attach', 'detach'] as const;
const words = { attach: 'attach', detach: 'removal' } as const;

function rowsOf(who: PeerRuns, ours: PeerRuns | undefined, mayBeAhead: boolean): Row[] {
  const label = labelOf(who);
  const each = who.runs.flatMap(({ attach }) => (attach.each_us ? [meansOfParts(attach.each_us, 10)] : []));
  const growth = each.map((means) => (means.at(-1) ?? Number.NaN) / (means[0] ?? Number.NaN));
  return [
    ...verbs.flatMap((verb): Row[] => {
      const own = msEach(who, verb);
      const row: Row = { label, group: `${words[verb]}, each`, value: own, unit: 'ms' };
      if (ours === undefined) {
        return [row];
      }
      const ratio: Row = { label, group: `${words[verb]}, times ours`, value: own / msEach(ours, verb), unit: '×' };
      const least = verb === 'attach' ? (who.peer.timesOurs ?? 1) : 1;
      return [row, mayBeAhead ? ratio : { ...ratio, least }];
    }),
    ...(growth.length > 0 ? [{ label, group: 'last tenth ÷ first', value: median(growth), unit: '×' } as const] : []),
  ];
}

function labelOf({ peer, version = '' }: PeerRuns): string {
  return peer.name.startsWith('netplumb') ? peer.name : `${peer.name} ${version}`.trim();
}

function msEach({ runs }: PeerRuns, verb: (typeof verbs)[number]): number {
  return median(runs.map((run) => run[verb].total_ms / run.count));
}

function chartsOf(measured: readonly PeerRuns[]): Chart[] {
  const of = (points: (who: PeerRuns) => Series['points']) =>
    measured.map((who): Series => {
      const label = who.peer.name;
      return { label, points: points(who), ...(label.startsWith('netplumb') && { strong: true }) };
    });
  return [
    {
      name: 'latency',
      title: 'One more endpoint, with so many on the bridge already',
      x: { label: 'endpoints', scale: 'log' },
      y: { label: 'milliseconds', scale: 'log' },
      series: of((who) =>
        latency(
          who.runs.map(({ attach }) => attach),
          who.runs[0]?.count ?? 1,
        ),
      ),
    },
    {
      name: 'distribution',
      title: 'How many of the single attaches were done within…',
      x: { label: 'milliseconds', scale: 'log' },
      y: { label: '% of the attaches', scale: 'linear' },
      series: of((who) => cumulative(who.runs.flatMap(({ attach }) => attach.each_us ?? []))),
    },
    {
      name: 'removal',
      title: 'Until so many are removed',
      x: { label: 'endpoints', scale: 'log' },
      y: { label: 'milliseconds', scale: 'log' },
      series: of((who) =>
        elapsed(
          who.runs.map(({ detach }) => detach),
          who.runs[0]?.count ?? 1,
        ),
      ),
    },
  ];
}

/**
 * What one more takes, in milliseconds, by how many there are: medians of all rounds over stretches that get longer as the numbers
 * do. Of those who are told of all at once there is one figure: the mean, at their number.
 */
export function latency(rounds: readonly Times[], count: number): Series['points'] {
  const each = rounds.flatMap(({ each_us }) => (each_us ? [each_us] : []));
  if (each.length === 0) {
    return [[count, median(rounds.map(({ total_ms }) => total_ms / count))]];
  }
  const edges = logEdges(count);
  return edges.map((edge, i) => {
    const some = each.flatMap((times) => times.slice(edges[i - 1] ?? 0, edge));
    return [edge, median(some) / 1000];
  });
}

/** Milliseconds that 1 %, 2 %… of them were done within; of fewer than a hundred, each. */
export function cumulative(each_us: readonly number[]): Series['points'] {
  const sorted = each_us.toSorted((a, b) => a - b);
  const steps = Math.min(100, sorted.length);
  return Array.from({ length: steps }, (_, i) => {
    const rank = Math.ceil(((i + 1) / steps) * sorted.length);
    return [(sorted[rank - 1] ?? Number.NaN) / 1000, (100 * (i + 1)) / steps];
  });
}

/** Milliseconds until so many are through: medians of the rounds. Of those who are told of all at once, one point. */
export function elapsed(rounds: readonly Times[], count: number): Series['points'] {
  const sums = rounds.flatMap(({ each_us }) => (each_us ? [runningSums(each_us)] : []));
  if (sums.length === 0) {
    return [[count, median(rounds.map(({ total_ms }) => total_ms))]];
  }
  return logEdges(count).map((edge) => [edge, median(sums.map((sum) => sum[edge - 1] ?? Number.NaN)) / 1000]);
}

/** 1, 2, 3, 5, 7, 10, 15, 20, 30… up to `count`, which is the last. */
function logEdges(count: number): number[] {
  const steps = [1, 1.5, 2, 3, 5, 7];
  const decades = Array.from({ length: 7 }, (_, decade) => steps.map((step) => step * 10 ** decade)).flat();
  return [...decades.filter((edge) => Number.isInteger(edge) && edge < count), count];
}

function runningSums(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}
