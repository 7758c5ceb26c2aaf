import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { expect, test } from 'vitest';
import { packTimes, unpackTimes } from '../../../src/endpoint/timings.js';

const steps = 'queue state names rules namespace identity link mark made address port route ready'.split(' ');
const name = fc.oneof(fc.constantFrom(...steps), fc.stringMatching(/^[a-z][a-z0-9 ._-]{0,20}$/));
const microseconds = (max: number) => fc.double({ min: 0, max, noNaN: true });

test('what a record keeps of the steps is their order and their whole microseconds', () => {
  fc.assert(
    fc.property(fc.dictionary(name, microseconds(1e9)), (times) => {
      const entries = Object.entries(times).map(([step, time]) => [step, Math.round(time)]);
      expect(Object.entries(unpackTimes(packTimes(times)))).toEqual(entries);
    }),
  );
});

test('they take at most 60 bytes of a record, though names are made, ports published, and the wait takes a minute', () => {
  const packr = new Packr({ useRecords: false });
  const bridge = 'names rules state namespace identity link mark address port ready'.split(' ');
  const times = fc.tuple(microseconds(6e7), fc.array(microseconds(46_000), { minLength: 10, maxLength: 10 }));
  fc.assert(
    fc.property(times, ([queue, others]) => {
      const all = { queue, ...Object.fromEntries(bridge.map((step, i) => [step, others[i] ?? 0])) };
      const bytes = packr.pack({ times: packTimes(all) }).length - packr.pack({}).length;
      expect(bytes).toBeLessThanOrEqual(60);
    }),
  );
});

test('the records of two halves, one after the other, are the record of the whole', () => {
  const first = { queue: 12, state: 40.4 };
  const second = { namespace: 190.6, custom: 3 };
  expect(unpackTimes(packTimes(first) + packTimes(second))).toEqual({
    queue: 12,
    state: 40,
    namespace: 191,
    custom: 3,
  });
});

test('a step whose name holds parentheses is kept under a name without', () => {
  expect(unpackTimes(packTimes({ 'a(b)': 1, link: 2 }))).toEqual({ a_b_: 1, link: 2 });
});

test('steps that only a newer netplumb knows are left out', () => {
  expect(unpackTimes('Q1Z5L2')).toEqual({ queue: 1, link: 2 });
});

test('whatever stands in a record, reading it throws nothing', () => {
  fc.assert(fc.property(fc.string(), (text) => typeof unpackTimes(text) === 'object'));
});
