import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cache } from '../../../../src/naming/dns/cache.js';

test('what is kept is of the version that is asked for, and is lost only to others', () => {
  const act = fc.record({
    kind: fc.constantFrom('expect', 'set', 'get'),
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    value: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), fc.constantFrom(2, 6), (acts, size) => {
      const cache = new Cache<number>(size);
      const model = new Map<string, number>();
      let version: number | undefined;
      for (const { kind, key, value } of acts) {
        if (kind === 'expect') {
          expect(cache.expect(value)).toBe(value !== version);
          if (value !== version) {
            model.clear();
          }
          version = value;
        } else if (kind === 'set') {
          cache.set(key, value);
          model.set(key, value);
        } else {
          const known = cache.get(key);
          expect(known === model.get(key) || (known === undefined && size < 6)).toBe(true);
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test('it holds so much and no more, and what is asked for stays', () => {
  const cache = new Cache<{ readonly number: number }>();
  const often = { number: -1 };
  const rarely = { number: -2 };
  cache.set('often', often);
  cache.set('rarely', rarely);
  let isThere = true;
  for (let number = 0; number < 100_000; number++) {
    cache.set(`flood ${number}`, { number });
    isThere &&= cache.get('often') === often;
  }
  expect(isThere).toBe(true);
  expect(cache.get('rarely')).toBeUndefined();
  const kept = Array.from({ length: 100_000 }, (_, number) => cache.get(`flood ${number}`)).filter(Boolean);
  expect(kept.length).toBeGreaterThan(8000);
  expect(kept.length).toBeLessThanOrEqual(2 * 8192);
});
