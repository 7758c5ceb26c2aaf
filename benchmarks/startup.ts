/**
 * What the command line costs before it does anything: `netplumb --version` against `node -e 0`, in turn.
 *
 *   startup.ts [--rounds=N] [--json]
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { root } from './lib/apart.js';
import { environment } from './lib/environment.js';
import { median } from './lib/statistics.js';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '21' }, json: { type: 'boolean', default: false } },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds takes a positive number, not '${options.rounds}'`);
  process.exit(2);
}

const where = environment();
const commands = { netplumb: [`${root}dist/cli/main.js`, '--version'], node: ['-e', '0'] };
const times = { netplumb: [] as number[], node: [] as number[] };
for (let round = 0; round < rounds; round++) {
  times.netplumb.push(time(commands.netplumb));
  times.node.push(time(commands.node));
}
const report = {
  rounds,
  environment: where,
  netplumb_ms: median(times.netplumb),
  node_ms: median(times.node),
  ratio: median(times.netplumb) / median(times.node),
};
if (options.json) {
  console.log(JSON.stringify(report, null, 2));
} else {
  const { netplumb_ms: ours, node_ms: theirs, ratio } = report;
  console.log(`netplumb --version ${ours.toFixed(1)} ms, node -e 0 ${theirs.toFixed(1)} ms: ratio ${ratio.toFixed(2)}`);
}

/** Milliseconds from start to end of a process. */
function time(args: readonly string[]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  }
  return performance.now() - started;
}
