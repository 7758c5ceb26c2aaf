import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseUntil } from '../../../src/cli/until.js';

const now = Date.UTC(2026, 10, 21, 12);

test.each([
  ['10m', now - 600_000],
  ['1h30m', now - 5_400_000],
  ['1.5h', now - 5_400_000],
  ['0s', now],
  ['24h', now - 86_400_000],
  ['1h0m3.25s', now - 3_603_250],
  ['10', 10_000],
  ['1136073600', Date.UTC(2006, 0, 1)],
  ['1136073600.25', Date.UTC(2006, 0, 1) + 250],
  ['2006-01-02T15:04:05Z', Date.UTC(2006, 0, 2, 15, 4, 5)],
  ['2006-01-02T15:04:05.123456789Z', Date.UTC(2006, 0, 2, 15, 4, 5, 123)],
  ['2006-01-02T15:04:05-07:00', Date.UTC(2006, 0, 2, 22, 4, 5)],
  ['2006-01-02T15:04:05', new Date(2006, 0, 2, 15, 4, 5).getTime()],
  ['2006-01-02', new Date(2006, 0, 2).getTime()],
  ['2006-01-02Z', Date.UTC(2006, 0, 2)],
  ['2006-01-02+02:00', Date.UTC(2006, 0, 1, 22)],
])('%s is a time', (text, time) => {
  expect(parseUntil(text, now)).toBe(time);
});

test.each(['', 'soon', '10x', 'm10', '-10m', '2006-13-02', '2006-01-32', '2006-1-2', 'T15:04', '1e9', ' 10m', '1h '])(
  '%j is none',
  (text) => {
    expect(() => parseUntil(text, now)).toThrow(expect.objectContaining({ code: 'EBADOPTION' }));
  },
);

test('any text is a time or refused', () => {
  const parts = fc.array(fc.constantFrom('1', '20', 'h', 'm', 's', '.', '-', ':', 'T', 'Z', '2006-01-02'));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        parts.map((words) => words.join('')),
      ),
      (text) => {
        try {
          expect(Number.isFinite(parseUntil(text, now))).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'EBADOPTION' });
        }
      },
    ),
  );
});

test('a duration is the sum of its parts', () => {
  const count = fc.integer({ min: 0, max: 1e6 });
  fc.assert(
    fc.property(count, count, count, (hours, minutes, seconds) => {
      const time = parseUntil(`${hours}h${minutes}m${seconds}s`, now);
      expect(now - time).toBe(((hours * 60 + minutes) * 60 + seconds) * 1000);
    }),
  );
});
