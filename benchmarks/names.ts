/**
 * What names cost: answers of the name server beside dnsmasq's, which serves the names of the same thousand sandboxes, in turn over
 * several rounds and each server alone on one processor; and one more sandbox on a network that has a thousand beside one on a
 * network that has ten.
 *
 *   names.ts [--count=N] [--rounds=N] [--seconds=N] [--pairs=N] [--quick] [--json] [--check]
 *
 * Needs root, two processors, dnsmasq, dnsperf, dig and g++, and `npm run build`. Everything happens in throw-away namespaces. Fails
 * where the default network starts a name server.
 */
import { runModuleApart } from './lib/apart.js';
import { settle } from './lib/floor.js';
import { type OptionTable, type OptionValues, printWhenMain, type Report, type Row } from './lib/report.js';
import { median } from './lib/statistics.js';
import type { NamesTrial } from './trials/names.js';
import type { NamesAttachTrial } from './trials/names-attach.js';

export const options = {
  // A bridge has 1023 ports.
  count: { usual: 1000, quick: 20, most: 1000 },
  rounds: { usual: 3, quick: 1, most: 100 },
  seconds: { usual: 5, quick: 1, most: 600 },
  pairs: { usual: 50, quick: 3, most: 1000 },
} satisfies OptionTable;

type Options = OptionValues<typeof options>;

export async function measure(values: Options): Promise<Report> {
  const { count, rounds, seconds, pairs } = values;
  const queries = await measureQueries(values);
  const attach = { names: await measureAttach('names', values), plain: await measureAttach('plain', values) };
  return {
    name: 'names',
    title: `queries for ${count} names, ${rounds} rounds of ${seconds} s; one more sandbox on a network of ten and of ${count}, ${pairs} pairs; medians`,
    rows: [...queryRows(queries), ...attachRows('with names', attach.names), ...attachRows('without', attach.plain)],
    // The trial fails where one is.
    notes: ['No name server is started for the default network.'],
    details: { queries, attach },
  };
}

function queryRows({ netplumb, dnsmasq, half, ratio }: Awaited<ReturnType<typeof measureQueries>>): Row[] {
  const slow = "at half of dnsmasq's rate";
  return [
    { label: 'answers a second', value: netplumb.per_second, unit: '' },
    { label: 'answers a second, dnsmasq', value: dnsmasq.per_second, unit: '' },
    { label: 'answers a second', value: ratio, unit: '×', of: 'dnsmasq' },
    { label: `${slow}: asked`, value: half.sent, unit: '' },
    { label: `${slow}: lost`, value: half.lost, unit: '' },
    { label: `${slow}: reached of it`, value: 100 * half.reached, unit: '%' },
    { label: `${slow}: each`, value: half.latency_us, unit: 'µs' },
  ];
}

function attachRows(kind: string, { few, many, ...ratios }: Awaited<ReturnType<typeof measureAttach>>): Row[] {
  const one = `one more sandbox, ${kind}`;
  return [
    { label: `${one}, among ten`, value: few.attach_us, unit: 'µs' },
    { label: `${one}, among all`, value: many.attach_us, unit: 'µs' },
    { label: one, value: ratios.ratio, unit: '×', of: 'one among ten' },
    {
      label: `${one}, less the kernel's work on the bridge`,
      value: ratios.ratio_without_port,
      unit: '×',
      of: 'one among ten',
    },
  ];
}

/** Medians over the rounds, of rates and of each round's ratio. */
async function measureQueries({ count, rounds, seconds }: Options) {
  const trials: NamesTrial[] = [];
  for (let round = 0; round < rounds; round++) {
    await settle();
    const first = round % 2 === 0 ? 'netplumb' : 'dnsmasq';
    trials.push(await runModuleApart<NamesTrial>('trials/names', [`${count}`, `${seconds}`, first]));
  }
  const of = (figure: (trial: NamesTrial) => number) => median(trials.map(figure));
  const sumOf = (figure: (trial: NamesTrial) => number) => trials.reduce((sum, trial) => sum + figure(trial), 0);
  return {
    netplumb: { per_second: of((one) => one.netplumb.per_second), lost: sumOf((one) => one.netplumb.lost) },
    dnsmasq: { per_second: of((one) => one.dnsmasq.per_second), lost: sumOf((one) => one.dnsmasq.lost) },
    ratio: of((one) => one.netplumb.per_second / one.dnsmasq.per_second),
    half: {
      per_second: of(({ half }) => half.per_second),
      sent: sumOf(({ half }) => half.sent),
      lost: sumOf(({ half }) => half.lost),
      latency_us: of(({ half }) => half.latency_us),
      /** Of what was to be asked: less than 1 where the client had to wait for answers. */
      reached: of(({ half, dnsmasq }) => half.per_second / (dnsmasq.per_second / 2)),
    },
  };
}

async function measureAttach(kind: 'names' | 'plain', { count, pairs }: Options) {
  await settle();
  const trial = await runModuleApart<NamesAttachTrial>('trials/names-attach', [kind, `${count}`, `${pairs}`]);
  const few = { attach_us: median(trial.few.attach_us), port_us: median(trial.few.port_us) };
  const many = { attach_us: median(trial.many.attach_us), port_us: median(trial.many.port_us) };
  return {
    few,
    many,
    ratio: many.attach_us / few.attach_us,
    /** Without the kernel's work on the bridge, which has nothing to do with names. */
    ratio_without_port: (many.attach_us - many.port_us) / (few.attach_us - few.port_us),
  };
}

await printWhenMain(import.meta.url, options, measure);
