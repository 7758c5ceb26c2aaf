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

/** `0.4 µs`, `218 µs`, `12.7 ms`, `3.1 s`: two or three digits that count. */
export function formatMicroseconds(time: number): string {
  const [value, unit] = time < 1000 ? [time, 'µs'] : time < 1_000_000 ? [time / 1000, 'ms'] : [time / 1_000_000, 's'];
  return `${value < 10 && value > 0 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** In per cent. */
export function formatShare(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((100 * part) / whole)} %` : '-';
}
