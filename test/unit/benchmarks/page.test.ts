import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readKept } from '../../../benchmarks/board/kept.js';
import { benchmarkNames } from '../../../benchmarks/board/list.js';
import { blocksOf, type KeptReport, kept, renderPage } from '../../../benchmarks/board/page.js';
import { root } from '../../../benchmarks/lib/apart.js';
import type { PrintedReport } from '../../../benchmarks/lib/report.js';
import { chartSvg } from '../../../benchmarks/lib/svg.js';

const printed: PrintedReport = {
  name: 'pool',
  title: 'A thousand takes',
  rows: [
    { label: 'take | p50', value: 41, unit: 'µs', limit: 60 },
    { label: 'take', value: 0.1, unit: '×', of: 'the floor' },
  ],
  charts: [
    { name: 'takes', title: 'Takes', x: { label: 'n', scale: 'log' }, y: { label: 'µs', scale: 'log' }, series: [] },
  ],
  notes: ['netavark: not installed'],
  details: { everything: [1, 2, 3] },
  options: { count: 1000 },
  quick: false,
  environment: {
    system: 'Debian',
    kernel: '6.18',
    cpu: 'CPU',
    cores: 2,
    memory_mb: 24_000,
    node: 'v20.20.2',
    programs: { nftables: '1.0.6' },
    commit: 'abc1234',
    date: '2026-11-21',
    load: 0.25,
  },
};
const report = kept(printed);
const page = '# Costs\n\n<!-- figures: pool -->\n<!-- end of figures -->\n\nProse.\n';

describe('renderPage', () => {
  const rendered = renderPage(page, [report]);

  it('puts table, notes and charts into the block, and leaves the prose', () => {
    expect(rendered).toBe(`# Costs

<!-- figures: pool -->
A thousand takes:

|  |  | promised |
| --- | ---: | ---: |
| take \\| p50 | 41 µs | ≤ 60 µs |
| take, against the floor | 0.10× |  |

- netavark: not installed

![Takes](charts/pool-takes.svg)
<!-- end of figures -->

Prose.
`);
  });

  it('changes nothing the second time', () => {
    expect(renderPage(rendered, [report])).toBe(rendered);
  });

  it('replaces each block by itself', () => {
    const two = `${page}${page.replace('pool', 'ports')}`;
    const text = renderPage(renderPage(two, [report]), [report]);
    expect(text.match(/^Prose\.$/gm)).toHaveLength(2);
    expect(text).toContain('*Not measured yet: `npm run bench -- --only=ports`.*');
    expect(text).toBe(renderPage(two, [report]));
  });

  it('describes the machine once, and each run on it', () => {
    const all: KeptReport[] = [report, { ...report, name: 'ports' }];
    const text = renderPage(page.replace('pool', 'machine'), all);
    expect(text).toContain('CPU, 2 processors, 23 GiB; Debian, Linux 6.18, Node v20.20.2, nftables 1.0.6:\n');
    expect(text).toContain('| pool | 2026-11-21 | abc1234 | 0.3 |\n| ports | 2026-11-21 | abc1234 | 0.3 |\n');
  });
});

it('quick figures never get into the page', () => {
  expect(() => kept({ ...printed, quick: true })).toThrow('the figures of --quick mean nothing');
});

describe('docs/benchmarks.md', () => {
  const text = readFileSync(join(root, 'docs/benchmarks.md'), 'utf8');
  const charts = join(root, 'docs/charts');
  const reports = readKept(charts);

  it('is what the kept figures make of it', () => {
    expect(renderPage(text, reports)).toBe(text);
  });

  it('has a block for every benchmark', () => {
    expect(benchmarkNames().filter((name) => !blocksOf(text).includes(name))).toEqual([]);
  });

  it('shows charts that are there, and are what the kept figures make of them', () => {
    const made = reports.flatMap(({ name, charts: own = [] }) =>
      own.map((chart) => [`${name}-${chart.name}.svg`, chartSvg(chart)] as const),
    );
    for (const [file, svg] of made) {
      expect(readFileSync(join(charts, file), 'utf8'), file).toBe(svg);
    }
    const files = readdirSync(charts).filter((file) => file.endsWith('.svg'));
    expect(files.toSorted()).toEqual(made.map(([file]) => file).toSorted());
  });

  it('lends the README a chart that is there', () => {
    const shown = /\]\((docs\/charts\/[a-z0-9-]+\.svg)\)/.exec(readFileSync(join(root, 'README.md'), 'utf8'));
    expect(shown?.[1] && existsSync(join(root, shown[1]))).toBe(true);
  });
});
