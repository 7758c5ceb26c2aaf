import type { BenchReport, Spread } from '../../runtime/bench/index.js';
import type { Style } from './style.js';
import { formatFields, formatTable } from './table.js';
import { formatMicroseconds, formatShare } from './timings.js';

/** What a measurement has found: rates, where the time goes, and what keeps them from being better. */
export function formatBench(report: BenchReport, style: Style): string {
  const { count, network, driver, firewall, publish, single, attach, steps, detach, limits } = report;
  const fields = [
    ['Network', `${network} (${driver}), firewall ${firewall}`],
    ['Sandboxes', `${count}${publish ? ', each with a published port' : ''}`],
    ['Attached', attach.count === 0 ? undefined : `${formatRate(attach.perSecond)}, ${attach.count} at once`],
    ['Detached', `${formatRate(detach.perSecond)}, ${detach.count} at once`],
  ] as const;
  const rows = [
    ...steps.map((one) => [one.step, ...spread(one), formatShare(one.share, 1)]),
    [`one by one, ${single.count}`, ...spread(single), undefined],
  ];
  const table = formatTable(['STEP', 'P50', 'P90', 'P99', 'MAX', 'SHARE'], rows, style);
  const lines = limits.map(({ title, remedy }) => `  ${title}${remedy === undefined ? '' : `\n    → ${remedy}`}\n`);
  return `${formatFields(fields, style)}\n${table}\n${style.bold('What sets the limits:')}\n${lines.join('')}`;
}

function spread({ p50, p90, p99, max }: Spread): string[] {
  return [p50, p90, p99, max].map(formatMicroseconds);
}

/** With the time that one takes. */
function formatRate(perSecond: number): string {
  const each = perSecond > 0 ? ` (${formatMicroseconds(1_000_000 / perSecond)} each)` : '';
  return `${Math.round(perSecond)} a second${each}`;
}
