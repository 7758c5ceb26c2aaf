import { newError } from '../errors/index.js';

const units = { h: 3_600_000, m: 60_000, s: 1000 } as const;
const duration = /^(?:\d{1,9}(?:\.\d{1,9})?[hms])+$/;
const seconds = /^\d{1,11}(?:\.\d{1,9})?$/;
const date = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?(?:Z|[+-]\d\d:\d\d)?$/;

/**
 * Reads a time as Docker's filter `until` has it: so long before now (`10m`, `1h30m`), seconds since 1970, or a date
 * (RFC 3339, or without a zone: the local one). Returns milliseconds since 1970; `now` is given in the same. Throws
 * EBADOPTION.
 */
export function parseUntil(text: string, now: number): number {
  if (duration.test(text)) {
    const parts = text.matchAll(/([\d.]+)([hms])/g);
    return [...parts].reduce((then, [, count, unit]) => then - Number(count) * units[unit as keyof typeof units], now);
  }
  if (seconds.test(text)) {
    return Number(text) * 1000;
  }
  const time = date.test(text) ? Date.parse(localByDefault(text)) : Number.NaN;
  if (Number.isNaN(time)) {
    const hint = 'Write how long before now (10m, 1h30m), seconds since 1970 or a date (2026-01-02T15:04:05Z).';
    throw newError('EBADOPTION', { option: 'filter', value: `until=${text}`, reason: 'it is no time' }, { hint });
  }
  return time;
}

/** ECMAScript takes a lone date for UTC, and does not know one with a zone and no time. */
function localByDefault(text: string): string {
  return text.includes('T') ? text : `${text.slice(0, 10)}T00:00:00${text.slice(10)}`;
}
