/**
 * Makes docs/benchmarks.md of what `npm run bench` has measured: takes the reports of out/bench/ over into docs/charts/ (figures and
 * charts, which are committed), and then renews the page's blocks from what is there.
 *
 *   board/docs.ts [--from=DIRECTORY]
 *
 * Reports that were not made this time stay as they are. Refuses quick ones.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../lib/apart.js';
import type { PrintedReport } from '../lib/report.js';
import { chartSvg } from '../lib/svg.js';
import { readKept } from './kept.js';
import { kept, keptText, renderPage } from './page.js';

const { values: options } = parseArgs({ options: { from: { type: 'string', default: join(root, 'out/bench') } } });
const charts = join(root, 'docs/charts');
const page = join(root, 'docs/benchmarks.md');

mkdirSync(charts, { recursive: true });
const names = existsSync(options.from) ? readdirSync(options.from).filter((file) => file.endsWith('.json')) : [];
for (const file of names) {
  const report = kept(JSON.parse(readFileSync(join(options.from, file), 'utf8')) as PrintedReport);
  writeFileSync(join(charts, `${report.name}.json`), keptText(report));
  for (const chart of report.charts ?? []) {
    writeFileSync(join(charts, `${report.name}-${chart.name}.svg`), chartSvg(chart));
  }
  console.log(`${report.name}: taken over`);
}
writeFileSync(page, renderPage(readFileSync(page, 'utf8'), readKept(charts)));
