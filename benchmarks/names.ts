/**
 * What names cost: answers of the name server beside dnsmasq's, which serves the names of the same thousand sandboxes, in turn over
 * several rounds and each server alone on one processor; and one more sandbox on a network that has a thousand beside one on a
 * network that has ten.
 *
 *   names.ts [--count=N] [--rounds=N] [--seconds=N] [--pairs=N] [--json]
 *
 * Needs root, two processors, dnsmasq, dnsperf, dig and g++, and `npm run build`. Everything happens in throw-away namespaces. Fails
 * where the default network starts a name server.
 */
import { parseArgs } from 'node:util';
import { runModuleApart } from './lib/apart.js';
import { environment } from './lib/environment.js';
import { settle } from './lib/floor.js';
import { median } from './lib/statistics.js';
import type { NamesTrial } from './trials/names.js';
import type { NamesAttachTrial } from './trials/names-attach.js';

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    pairs: { type: 'string', default: '50' },
    json: { type: 'boolean', default: false },
  },
});
// A bridge has 1023 ports.
const count = numberOption('count', 1000);
const [rounds, seconds, pairs] = [
  numberOption('rounds', 100),
  numberOption('seconds', 600),
  numberOption('pairs', 1000),
];

const where = environment();
const report = {
  count,
  rounds,
  seconds,
  environment: where,
  queries: await measureQueries(),
  attach: { pairs, names: await measureAttach('names'), plain: await measureAttach('plain') },
};
if (options.json) {
  console.log(JSON.stringify(report, null, 2));
} else {
  print();
}

/** Medians over the rounds, of rates and of each round's ratio. */
async function measureQueries() {
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

async function measureAttach(kind: 'names' | 'plain') {
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

function print(): void {
  const { queries, attach } = report;
  const { netplumb, dnsmasq, half, ratio } = queries;
  const rate = (perSecond: number) => perSecond.toFixed(0).padStart(7);
  console.log(`queries for ${count} names from one sandbox, medians of ${rounds} rounds of ${seconds} s

  netplumb                   ${rate(netplumb.per_second)} answers a second, ${netplumb.lost} lost
  dnsmasq                    ${rate(dnsmasq.per_second)} answers a second, ${dnsmasq.lost} lost
  netplumb against dnsmasq   ${ratio.toFixed(2)}
  at half of dnsmasq's rate  ${rate(half.per_second)} answers a second (${(100 * half.reached).toFixed(0)} %), ${half.lost} of ${half.sent} lost, ${half.latency_us.toFixed(0)} µs each

one more sandbox on a network of ten and of ${count}, medians of ${attach.pairs} pairs
`);
  for (const [kind, { few, many, ratio: growth, ratio_without_port: rest }] of [
    ['with names', attach.names],
    ['without', attach.plain],
  ] as const) {
    console.log(
      `  ${kind.padEnd(12)} ${few.attach_us.toFixed(0)} and ${many.attach_us.toFixed(0)} µs: ${growth.toFixed(2)}; ` +
        `less ${few.port_us.toFixed(0)} and ${many.port_us.toFixed(0)} for the bridge's port: ${rest.toFixed(2)}`,
    );
  }
  console.log('\none more sandbox on the default network: no name server');
}

function numberOption(name: 'count' | 'rounds' | 'seconds' | 'pairs', most: number): number {
  const number = Number(options[name]);
  if (!Number.isInteger(number) || number < 1 || number > most) {
    console.error(`--${name} takes a number from 1 to ${most}, not '${options[name]}'`);
    process.exit(2);
  }
  return number;
}
