import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { benchmarkNames } from '../../benchmarks/board/list.js';
import { renderPage } from '../../benchmarks/board/page.js';
import { root } from '../../benchmarks/lib/apart.js';
import type { PrintedReport } from '../../benchmarks/lib/report.js';

const directory = mkdtempSync(join(tmpdir(), 'netplumb-board-'));
const board = join(root, 'benchmarks/board/run.ts');
const names = benchmarkNames();

beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['--import', 'tsx', board, '--quick', `--out=${directory}`], {
    cwd: root,
    maxBuffer: 2 ** 26,
  });
  // Less than a minute on a machine with nothing else to do.
}, 600_000);

afterAll(() => rmSync(directory, { recursive: true }));

function reportOf(name: string): PrintedReport {
  return JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8'));
}

it.each(names)('benchmark %s works, and reports figures and charts', (name) => {
  const { quick, rows, charts = [] } = reportOf(name);
  expect(quick).toBe(true);
  expect(rows.length).toBeGreaterThan(0);
  // In JSON, what is no number is null.
  expect(rows.filter(({ value }) => typeof value !== 'number')).toEqual([]);
  expect(charts.filter((chart) => !existsSync(join(directory, `${name}-${chart.name}.svg`)))).toEqual([]);
});

it('of the others, those that are installed make what they are asked for', () => {
  const notes = ['peers', 'peer-ports'].flatMap((name) => reportOf(name).notes ?? []);
  expect(notes.filter((note) => !note.endsWith(': not installed'))).toEqual([]);
});

it('the page of the documentation can be made of it', () => {
  const page = readFileSync(join(root, 'docs/benchmarks.md'), 'utf8');
  expect(renderPage(page, names.map(reportOf))).not.toContain('Not measured yet');
});
