/**
 * The board: runs every benchmark, each in a process of its own, and writes what it reports to out/bench/: NAME.json, and a chart
 * NAME-CHART.svg for each of its charts. `npm run bench:docs` makes docs/benchmarks.md of them.
 *
 *   board/run.ts [--only=NAME,…] [--quick] [--check] [--out=DIRECTORY]
 *
 * One after the other, so that none disturbs another. With `--quick`, a few of everything, two at once, in less than a minute: that shows
 * that it works, and nothing else. Ends with 1 when one fails; with `--check`, also when a figure is beyond what is promised.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../lib/apart.js';
import { buildFloor } from '../lib/floor.js';
import { isBeyond, type PrintedReport } from '../lib/report.js';
import { formatValue } from '../lib/report-table.js';
import { reportText } from '../lib/report-text.js';
import { chartSvg } from '../lib/svg.js';
import { benchmarkNames } from './list.js';
import { runBenchmark } from './process.js';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const names = chosen(options.only);
// Quick figures are kept apart, so that they are never taken for figures.
const directory = options.out ?? join(root, options.quick ? 'out/bench-quick' : 'out/bench');
mkdirSync(directory, { recursive: true });
buildFloor();

const failed: string[] = [];
const beyond: string[] = [];
const queue = names[Symbol.iterator]();
await Promise.all(Array.from({ length: options.quick ? 2 : 1 }, () => work(queue)));
for (const line of beyond) {
  console.error(`beyond what is promised: ${line}`);
}
for (const line of failed) {
  console.error(`failed: ${line}`);
}
process.exitCode = failed.length > 0 || (options.check && beyond.length > 0) ? 1 : 0;

/** Several of these share what is left of the list. */
async function work(left: Iterator<string>): Promise<void> {
  for (let next = left.next(); !next.done; next = left.next()) {
    await runOne(next.value);
  }
}

async function runOne(name: string): Promise<void> {
  const started = performance.now();
  try {
    const report = await runBenchmark(name, options.quick ? ['--quick'] : []);
    keep(report);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`── ${name}, ${seconds} s\n${reportText(report)}\n`);
    if (!options.quick) {
      beyond.push(...beyondOf(report));
    }
  } catch (error) {
    failed.push(`${name}: ${(error as Error).message}`);
  }
}

function beyondOf({ name, rows }: PrintedReport): string[] {
  return rows.filter(isBeyond).map(({ label, group = '', value, unit }) => {
    return `${name}: ${label}${group && ` (${group})`}: ${formatValue(value, unit)}`;
  });
}

function keep(report: PrintedReport): void {
  writeFileSync(join(directory, `${report.name}.json`), `${JSON.stringify(report)}\n`);
  for (const chart of report.charts ?? []) {
    writeFileSync(join(directory, `${report.name}-${chart.name}.svg`), chartSvg(chart));
  }
}

function chosen(only: string | undefined): string[] {
  const all = benchmarkNames();
  const wanted = only?.split(',') ?? all;
  const unknown = wanted.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    console.error(`no such benchmark: ${unknown.join(', ')}; there are: ${all.join(', ')}`);
    process.exit(2);
  }
  return wanted;
}
