/** docs/benchmarks.md: prose that is written by hand, with blocks between it that are made of reports. Pure. */

import type { Chart, PrintedReport, Report } from '../lib/report.js';
import { formatNumber, tableOf } from '../lib/report-table.js';

/** What is kept of a report beside the page: no more than the page and its charts are made of. */
export type KeptReport = Omit<PrintedReport, 'details' | 'picture'>;

const block = /^<!-- figures: ([a-z0-9-]+) -->\n(?:[\s\S]*?\n)??<!-- end of figures -->$/gm;

/**
 * The page with every block made anew. A block begins with a line `<!-- figures: NAME -->`, where NAME is a report's or `machine`, and
 * ends with `<!-- end of figures -->`. Of a report that is not there the block says so. Everything else stays as it is.
 */
export function renderPage(page: string, reports: readonly KeptReport[]): string {
  return page.replace(block, (_, name: string) => {
    const report = reports.find((candidate) => candidate.name === name);
    const text = name === 'machine' ? machine(reports) : report ? figures(report) : notMeasured(name);
    return `<!-- figures: ${name} -->\n${text}\n<!-- end of figures -->`;
  });
}

/** Names that the page has blocks for. */
export function blocksOf(page: string): string[] {
  return [...page.matchAll(block)].map(([, name = '']) => name);
}

/** Throws when it is a quick one, whose figures mean nothing. */
export function kept({ details: _, picture: __, ...report }: PrintedReport): KeptReport {
  if (report.quick) {
    throw new Error(`${report.name}: the figures of --quick mean nothing`);
  }
  const { charts, rows, ...rest } = report;
  return {
    ...rest,
    rows: rows.map((row) => ({ ...row, value: rounded(row.value) })),
    ...(charts && { charts: charts.map(roundedChart) }),
  };
}

function roundedChart(chart: Chart): Chart {
  const series = chart.series.map((one) => {
    return { ...one, points: one.points.map(([x, y]) => [rounded(x), rounded(y)] as const) };
  });
  return { ...chart, series };
}

/** More digits than anybody sees. */
function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

/** One figure or point a line, so that a change can be read. */
export function keptText(report: KeptReport): string {
  return `${JSON.stringify(report, null, 1).replace(/\[\s+([-\d.e+]+),\s+([-\d.e+]+)\s+\]/g, '[$1, $2]')}\n`;
}

function notMeasured(name: string): string {
  return `*Not measured yet: \`npm run bench -- --only=${name}\`.*`;
}

function figures({ name, title, rows, charts = [], notes = [] }: Report): string {
  const { header, lines } = tableOf(rows);
  const table = [header, header.map((_, i) => (i === 0 ? '---' : '---:')), ...lines];
  return [
    `${title}:`,
    table.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n'),
    ...notes.map((note) => `- ${oneLine(note)}`),
    ...charts.map((chart) => `![${chart.title}](charts/${name}-${chart.name}.svg)`),
  ].join('\n\n');
}

function cell(text: string): string {
  return oneLine(text).replaceAll('|', '\\|');
}

/** Of a note that a program wrote, its first line and no more than a sentence of it. */
function oneLine(text: string): string {
  const [first = ''] = text.split('\n');
  return first.length > 200 ? `${first.slice(0, 200)}…` : first;
}

/** Each machine once, with the reports that ran on it. */
function machine(reports: readonly KeptReport[]): string {
  const described = reports.map(({ name, environment }) => {
    const { system, kernel, cpu, cores, memory_mb, node, programs, commit, date, load } = environment;
    const versions = Object.entries(programs).map(([program, version]) => `${program} ${version}`);
    const where = [
      `${cpu}, ${cores} processors, ${formatNumber(Math.round(memory_mb / 1024))} GiB`,
      `${system}, Linux ${kernel}, Node ${node}, ${versions.join(', ')}`,
    ].join('; ');
    return { where, run: `| ${name} | ${date} | ${commit} | ${load.toFixed(1)} |` };
  });
  const places = [...new Set(described.map(({ where }) => where))];
  const tables = places.map((place) => {
    const runs = described.filter(({ where }) => where === place).map(({ run }) => run);
    return [`${place}:`, '', '| run | on | netplumb | load before |', '|---|---|---|---:|', ...runs].join('\n');
  });
  return tables.length > 0 ? tables.join('\n\n') : '*No figures yet: `npm run bench`.*';
}
