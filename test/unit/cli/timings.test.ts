import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatBench } from '../../../src/cli/format/bench.js';
import { plain } from '../../../src/cli/format/style.js';
import { formatMicroseconds, formatTimings } from '../../../src/cli/format/timings.js';
import { Progress } from '../../../src/cli/progress.js';
import type { BenchReport } from '../../../src/runtime/bench/index.js';

test('the steps of an attach come with their part of the whole, and the whole below', () => {
  expect(formatTimings({ queue: 40, link: 1160.4, port: 0 }, plain)).toBe(
    [
      'STEP    TIME     SHARE',
      'queue   40 µs    3 %',
      'link    1.2 ms   97 %',
      'port    0 µs     0 %',
      'total   1.2 ms   100 %',
      '',
    ].join('\n'),
  );
});

test('of an attach without steps there is nothing to share', () => {
  expect(formatTimings({}, plain)).toBe('STEP    TIME   SHARE\ntotal   0 µs   -\n');
});

test.each([
  [0.44, '0.4 µs'],
  [9.96, '10 µs'],
  [218.4, '218 µs'],
  [999.6, '1.0 ms'],
  [12_700, '13 ms'],
  [3_140_000, '3.1 s'],
])('%d microseconds are %s', (time, text) => {
  expect(formatMicroseconds(time)).toBe(text);
});

test('a time is told within a tenth of what it is', () => {
  const unit = { µs: 1, ms: 1000, s: 1_000_000 };
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e9, noNaN: true }), (time) => {
      const [value, name] = formatMicroseconds(time).split(' ');
      expect(Math.abs(Number(value) * unit[name as keyof typeof unit] - time)).toBeLessThanOrEqual(time / 10);
    }),
  );
});

const report: BenchReport = {
  ...{ count: 1000, network: 'web', driver: 'ptp', firewall: 'none', publish: true },
  single: { count: 100, p50: 700, p90: 800, p99: 900, max: 1000 },
  attach: { count: 900, perSecond: 2000, engine: 0.9, main: 0.1, machine: 0.5, own: 0.4 },
  steps: [{ step: 'link', p50: 200, p90: 210, p99: 250, max: 400, share: 0.5 }],
  detach: { count: 1000, perSecond: 4000 },
  available: 1,
  limits: [
    { id: 'rate', title: 'the kernel sets the rate' },
    { id: 'threads', title: 'few threads', remedy: 'Raise it.' },
  ],
};

test('a measurement is told in rates, steps, and what sets the limits', () => {
  expect(formatBench(report, plain)).toBe(
    [
      'Network:    web (ptp), firewall none',
      'Sandboxes:  1000, each with a published port',
      'Attached:   2000 a second (500 µs each), 900 at once',
      'Detached:   4000 a second (250 µs each), 1000 at once',
      '',
      'STEP              P50      P90      P99      MAX      SHARE',
      'link              200 µs   210 µs   250 µs   400 µs   50 %',
      'one by one, 100   700 µs   800 µs   900 µs   1.0 ms   -',
      '',
      'What sets the limits:',
      '  the kernel sets the rate',
      '  few threads',
      '    → Raise it.',
      '',
    ].join('\n'),
  );
});

test('progress is one line of a terminal that is gone afterwards, and nothing in a pipe', () => {
  const written: string[] = [];
  const stream = (isTTY: boolean) => ({ isTTY, write: (text: string | Uint8Array) => written.push(String(text)) > 0 });
  {
    using progress = new Progress(stream(false));
    progress.show('half');
  }
  expect(written).toEqual([]);
  {
    using progress = new Progress(stream(true));
    progress.show('half');
    progress.show('all');
    progress[Symbol.dispose]();
  }
  expect(written).toEqual(['\r\u001b[2Khalf', '\r\u001b[2Kall', '\r\u001b[2K']);
});
