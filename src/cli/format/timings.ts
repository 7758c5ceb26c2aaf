import type { Attached } from '../../endpoint/index.js';
import type { Style } from './style.js';
import { formatTable } from './table.js';

/** The steps of an attach, one a line, with the part of the whole that each took. */
export function formatTimings(microseconds: Attached['microseconds'], style: Style): string {
  const steps = Object.entries(microseconds);
  const total = steps.reduce((sum, [, time]) => sum + time, 0);
  const rows = [...steps, ['total', total] as const].map(([step, time]) => [
    step,
    formatMicroseconds(time),
    formatShare(time, total),
  ]);
  return formatTable(['STEP', 'TIME', 'SHARE'], rows, style);
}

/** `0.4 µs`, `218 µs`, `12 ms`, `3.1 s`: two or three digits, in the unit that they fit in when they are rounded. */
export function formatMicroseconds(time: number): string {
  if (time < 999.5) {
    return `${rounded(time)} µs`;
  }
  return time < 999_500 ? `${rounded(time / 1000)} ms` : `${rounded(time / 1_000_000)} s`;
}

function rounded(value: number): string {
  return value > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0);
}

/** In per cent. */
export function formatShare(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((100 * part) / whole)} %` : '-';
}
