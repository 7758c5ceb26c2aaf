/**
 * What the command line costs before it does anything: `netplumb --version` against `node -e 0`, in turn.
 *
 *   startup.ts [--rounds=N] [--quick] [--json] [--check]
 */
import { spawnSync } from 'node:child_process';
import { root } from './lib/apart.js';
import { type OptionTable, type OptionValues, printWhenMain, type Report } from './lib/report.js';
import { median } from './lib/statistics.js';

export const options = { rounds: { usual: 21, quick: 2, most: 1000 } } satisfies OptionTable;

const commands = { netplumb: [`${root}dist/cli/main.js`, '--version'], node: ['-e', '0'] };

export async function measure({ rounds }: OptionValues<typeof options>): Promise<Report> {
  const times = { netplumb: [] as number[], node: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.netplumb.push(time(commands.netplumb));
    times.node.push(time(commands.node));
  }
  const [ours, theirs] = [median(times.netplumb), median(times.node)];
  return {
    name: 'startup',
    title: `Starting the command line; medians of ${rounds} rounds`,
    rows: [
      { label: '`netplumb --version`', value: ours, unit: 'ms' },
      { label: '`node -e 0`', value: theirs, unit: 'ms' },
      { label: '`netplumb --version`', value: ours / theirs, unit: '×', of: '`node -e 0`' },
    ],
    details: times,
  };
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

await printWhenMain(import.meta.url, options, measure);
