/**
 * What published ports cost: a thousand endpoints with one each beside as many without, in turn over several rounds; ten thousand
 * ports, one after the other; how many rules there are; and beside the other programs that publish ports.
 *
 *   ports.ts [--count=N] [--ports=N] [--rounds=N] [--json]
 *
 * Needs root, nft, iptables and g++, and as many descriptors as ports (ulimit -Hn). Everything happens in throw-away namespaces.
 * Of iptables, whose text is handed over anew with each change, a tenth of the ports are published, in one round.
 */
import { parseArgs } from 'node:util';
import { runModuleApart } from './lib/apart.js';
import { environment } from './lib/environment.js';
import { settle } from './lib/floor.js';
import type { Backend } from './lib/rules.js';
import { median, percentile } from './lib/statistics.js';
import { type PeerAbsent, type PeerResult, runPeers } from './peers/run.js';
import type { PortsTrial } from './trials/ports.js';
import type { PublishTrial } from './trials/publish.js';

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    ports: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const [count, ports, rounds] = [
  numberOption('count', 1000),
  numberOption('ports', 20_000),
  numberOption('rounds', 100),
];
/** So many take ports in turn, so that none has more than a few dozen. */
const sandboxes = Math.min(count, 500);

const where = environment();
const nftables = await measure('nftables', ports, rounds);
const iptables = await measure('iptables', Math.ceil(ports / 10), 1);
const perEndpoint = nftables.published_ms / count;
const peers = (await runPeers({ isMeant: ({ publishes }) => publishes })).map(withRatio);
const report = { count, rounds, environment: where, nftables, iptables, peers };
if (options.json) {
  console.log(JSON.stringify(report, null, 2));
} else {
  print();
}

/** Medians over the rounds; ratios are those of the two trials of a round. */
async function measure(backend: Backend, published: number, rounds: number) {
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
    publishing.push(await runModuleApart('trials/publish', [backend, `${published}`, `${sandboxes}`]));
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
    publish: { count: published, ...growthOf(publishing) },
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

function withRatio(peer: PeerResult | PeerAbsent) {
  return 'absent' in peer ? peer : { ...peer, ratio: peer.ms_per_endpoint / perEndpoint };
}

function print(): void {
  console.log(`${count} endpoints on one bridge, each with one published port; medians of ${rounds} rounds\n`);
  for (const [name, one] of Object.entries({ nftables, iptables })) {
    const { publish } = one;
    console.log(`${name}
  attach, against none published    ${one.ratio.toFixed(2)} (${one.published_ms.toFixed(0)} and ${one.plain_ms.toFixed(0)} ms)
  detach, against none published    ${one.detach_ratio.toFixed(2)}
  rules with 1 endpoint, with all   ${one.one?.rules}, ${one.all?.rules}; elements ${one.one?.elements}, ${one.all?.elements}
  publishing ${publish.count} more           p50 ${publish.p50_us.toFixed(0)} µs; last tenth ${publish.last_tenth_us.toFixed(0)}, first ${publish.first_tenth_us.toFixed(0)} µs: ${publish.growth.toFixed(2)}
`);
  }
  for (const peer of peers) {
    console.log(
      'absent' in peer
        ? `${peer.name}: ${peer.absent}`
        : `${peer.name} ${peer.version}: ${peer.ms_per_endpoint.toFixed(1)} ms each of ${peer.count}, ${peer.ratio.toFixed(0)} times ours`,
    );
  }
}

function numberOption(name: 'count' | 'ports' | 'rounds', most: number): number {
  const number = Number(options[name]);
  if (!Number.isInteger(number) || number < 1 || number > most) {
    console.error(`--${name} takes a number from 1 to ${most}, not '${options[name]}'`);
    process.exit(2);
  }
  return number;
}
