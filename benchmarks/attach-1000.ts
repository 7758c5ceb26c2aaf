/**
 * How long it takes to attach and detach a thousand endpoints on one bridge, beside the floor (the same endpoints made
 * with nothing but the system calls), both in turn over several rounds.
 *
 *   attach-1000.ts [--count=N] [--rounds=N] [--peers] [--json]
 *
 * Needs root and g++. Everything happens in throw-away namespaces. `--peers` adds the other programs that are installed.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { runModuleApart } from './lib/apart.js';
import { barChart, histogram } from './lib/chart.js';
import { type Environment, environment } from './lib/environment.js';
import { type FloorRun, runFloor, settle } from './lib/floor.js';
import { median } from './lib/statistics.js';
import { type PeerAbsent, type PeerResult, runPeers } from './peers/run.js';
import type { Trial } from './trials/netplumb.js';

/** As many as one bridge holds: 1023 ports, of which the trial's first sandbox needs none any more. */
const mostOnOneBridge = 1000;

/** Deleting one by one takes 20 to 25 ms each: so many are enough to tell. */
const deletedOneByOne = 50;

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
    peers: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const count = numberOption('count', mostOnOneBridge);
const rounds = numberOption('rounds', 100);

const before = environment();
const trials: Trial[] = [];
const floors: FloorRun[] = [];
/** Stalls that a Node process beside the floor sees though it does nothing: the machine's own share of ours. */
const idleStallsMs: number[] = [];
for (let round = 0; round < rounds; round++) {
  await settle();
  trials.push(await runModuleApart<Trial>('trials/netplumb', [String(count)]));
  await settle();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  floors.push(await runFloor(count));
  delay.disable();
  idleStallsMs.push(delay.max / 1e6);
}
await settle();
const oneByOne = await runFloor(Math.min(count, deletedOneByOne), 'command');
const msPerEndpoint = median(trials.map(({ attach }) => attach.total_ms)) / count;
const peers = options.peers ? await runPeers({}) : [];
const report = summarize(before);
if (options.json) {
  console.log(JSON.stringify(report, null, 2));
} else {
  print(report);
}

function numberOption(name: 'count' | 'rounds', most: number): number {
  const number = Number(options[name]);
  if (!Number.isInteger(number) || number < 1 || number > most) {
    console.error(`--${name} takes a number from 1 to ${most}, not '${options[name]}'`);
    process.exit(2);
  }
  return number;
}

/** Medians over the rounds; ratios are of medians. */
function summarize(where: Environment) {
  const attach = (figure: keyof Omit<Trial['attach'], 'steps_us' | 'each_us'>) =>
    median(trials.map((trial) => trial.attach[figure]));
  const floor = (figure: keyof Omit<FloorRun['attach'], 'steps_us'>) => median(floors.map((run) => run.attach[figure]));
  const detachMs = median(trials.map(({ detach }) => detach.total_ms));
  const floorDetachMs = median(floors.map(({ detach }) => detach.total_ms));
  const growth = attach('last_tenth_us') / attach('first_tenth_us');
  const floorGrowth = floor('last_tenth_us') / floor('first_tenth_us');
  const oneByOneUs = (1000 * oneByOne.detach.total_ms) / oneByOne.count;
  const steps = Object.keys(trials[0]?.attach.steps_us ?? {});
  return {
    count,
    rounds,
    environment: where,
    attach: {
      total_ms: attach('total_ms'),
      rate_per_s: (1000 * count) / attach('total_ms'),
      p50_us: attach('p50_us'),
      p99_us: attach('p99_us'),
      max_us: attach('max_us'),
      first_tenth_us: attach('first_tenth_us'),
      last_tenth_us: attach('last_tenth_us'),
      loop_delay_max_ms: attach('loop_delay_max_ms'),
      rss_growth_kib: attach('rss_growth_kib'),
      steps_us: Object.fromEntries(
        steps.map((step) => [step, median(trials.map((trial) => trial.attach.steps_us[step] ?? 0))]),
      ),
    },
    detach: { total_ms: detachMs, us_each: (1000 * detachMs) / count, one_by_one_us_each: oneByOneUs },
    floor: {
      total_ms: floor('total_ms'),
      p50_us: floor('p50_us'),
      p99_us: floor('p99_us'),
      first_tenth_us: floor('first_tenth_us'),
      last_tenth_us: floor('last_tenth_us'),
      detach_total_ms: floorDetachMs,
      idle_loop_delay_max_ms: median(idleStallsMs),
    },
    ratio_to_floor: attach('total_ms') / floor('total_ms'),
    growth_over_floor: growth / floorGrowth,
    detach_ratio_to_floor: detachMs / floorDetachMs,
    detach_ratio_to_one_by_one: (1000 * detachMs) / count / oneByOneUs,
    peers: peers.map(withRatio),
  };
}

function withRatio(peer: PeerResult | PeerAbsent) {
  return 'absent' in peer ? peer : { ...peer, ratio: peer.ms_per_endpoint / msPerEndpoint };
}

function print(report: ReturnType<typeof summarize>): void {
  const { attach, detach, floor } = report;
  const fixed = (value: number, digits = 0) => value.toFixed(digits);
  console.log(`${count} endpoints on one bridge, medians of ${rounds} rounds\n`);
  console.log(
    barChart(
      [
        { label: 'netplumb', value: attach.total_ms },
        { label: 'floor', value: floor.total_ms },
        { label: 'detach', value: detach.total_ms },
      ],
      { unit: 'ms' },
    ),
  );
  console.log(`
  ratio to the floor     ${fixed(report.ratio_to_floor, 2)}
  rate                   ${fixed(attach.rate_per_s)} endpoints a second
  each                   p50 ${fixed(attach.p50_us)}, p99 ${fixed(attach.p99_us)}, max ${fixed(attach.max_us)} µs
  first, last tenth      ${fixed(attach.first_tenth_us)}, ${fixed(attach.last_tenth_us)} µs; growth over the floor's ${fixed(report.growth_over_floor, 2)}
  event loop             stalled ${fixed(attach.loop_delay_max_ms, 1)} ms at most; that of an idle process beside the floor ${fixed(floor.idle_loop_delay_max_ms, 1)} ms
  memory                 ${fixed(attach.rss_growth_kib / 1024, 1)} MiB more
  detach                 ${fixed(detach.us_each)} µs each; deleting one by one takes ${fixed(detach.one_by_one_us_each)} µs each
`);
  console.log('one round, microseconds for each endpoint');
  console.log(barChart(histogram(trials[0]?.attach.each_us ?? [])));
  for (const peer of report.peers) {
    console.log('absent' in peer ? `${peer.name}: ${peer.absent}` : peerLine(peer));
  }
}

function peerLine(peer: {
  name: string;
  version: string;
  count: number;
  ms_per_endpoint: number;
  ratio: number;
}): string {
  const { name, version, count: endpoints, ms_per_endpoint: each, ratio } = peer;
  return `${name} ${version}: ${each.toFixed(2)} ms each of ${endpoints}, ${ratio.toFixed(1)} times ours`;
}
