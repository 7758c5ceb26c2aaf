import { escapeText } from '../../errors/quote.js';
import type { Finding, FindingLevel } from '../../host/index.js';
import type { Style } from './style.js';

/** The worst last: nearest to where the next command is typed. */
const order: readonly FindingLevel[] = ['ok', 'note', 'warning', 'error'];
const width = Math.max(...order.map((level) => level.length)) + 2;

/** Findings, each with what it means and what to do about it, and how many there are of each level. */
export function formatFindings(findings: readonly Finding[], style: Style): string {
  const sorted = order.flatMap((level) => findings.filter((one) => one.level === level));
  return `${sorted.map((one) => formatFinding(one, style)).join('')}${style.bold(summary(findings))}\n`;
}

function formatFinding({ level, title, detail, remedy }: Finding, style: Style): string {
  const { red, bold, dim } = style;
  const colour = { ok: dim, note: bold, warning: bold, error: red }[level];
  const first = `${colour(level.padEnd(width))}${escapeLong(title)}\n`;
  // Of what is in order the title is enough.
  const rest = level === 'ok' ? [] : [...(detail ? [detail] : []), ...(remedy === undefined ? [] : [`→ ${remedy}`])];
  return first + rest.map((text) => `${' '.repeat(width)}${escapeLong(text)}\n`).join('');
}

/** Unlike `escapeText`, does not cut. */
function escapeLong(text: string): string {
  return (text.match(/.{1,128}/gsu) ?? []).map(escapeText).join('');
}

function summary(findings: readonly Finding[]): string {
  const count = (level: FindingLevel) => findings.filter((one) => one.level === level).length;
  const counted = (level: FindingLevel) => `${count(level)} ${level}${count(level) === 1 ? '' : 's'}`;
  return `${counted('error')}, ${counted('warning')}, ${counted('note')}`;
}
