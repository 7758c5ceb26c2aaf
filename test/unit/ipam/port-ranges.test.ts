import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PublishedPort, parsePublish } from '../../../src/address/index.js';
import { attempt } from '../../../src/errors/index.js';
import { claimedPorts, claimPorts, releasePorts } from '../../../src/ipam/index.js';
import type { Tables } from '../../../src/store/index.js';
import { openStore } from '../../support/store.js';
import { refusal } from './allocator.js';
import { claim, content, numbers, only4, release, tryOut } from './port-claims.js';

describe('ports of a range', () => {
  test('gives ports of the range in turn, each once, then none', () => {
    const store = openStore();
    expect(numbers(claim(store, 'a', ['80', '81']))).toEqual([40000, 40001]);
    claim(store, 'b', ['40002:80']);
    expect(numbers(claim(store, 'c', ['80']))).toEqual([40003]);
    const before = content(store);
    expect(() => claim(store, 'd', ['8080:80', '80'])).toThrow(
      refusal('ENOFREEPORT', /no tcp port.* from 40000 to 40003/),
    );
    expect(content(store)).toEqual(before);
    expect(numbers(claim(store, 'd', ['80/udp']))).toEqual([40000]);
  });

  test('a port that was given back rests until the others had their turn', () => {
    const store = openStore();
    const first = claim(store, 'a', ['80']);
    release(store, 'a', first);
    expect(numbers(claim(store, 'a', ['80', '80', '80', '80']))).toEqual([40001, 40002, 40003, 40000]);
  });

  test('goes on with a range that has become another one', () => {
    const store = openStore();
    claim(store, 'a', ['80', '81']);
    expect(numbers(claim(store, 'a', ['80'], { ...only4, range: { first: 40001, last: 40002 } }))).toEqual([40002]);
    expect(numbers(claim(store, 'a', ['80'], { ...only4, range: { first: 65535, last: 65535 } }))).toEqual([65535]);
  });

  test('of a range of host ports any will do', () => {
    const store = openStore();
    expect(numbers(claim(store, 'a', ['8000-8002:80']))).toEqual([8000]);
    claim(store, 'b', ['8001:80']);
    expect(numbers(claim(store, 'c', ['8000-8002:80']))).toEqual([8002]);
    expect(() => claim(store, 'd', ['8000-8002:80'])).toThrow(refusal('ENOFREEPORT', /8000 to 8002/));
  });

  test('a port that is taken at one address can be chosen at another', () => {
    const store = openStore();
    const range = { ...only4, range: { first: 40000, last: 40001 } };
    claim(store, 'a', ['127.0.0.1::80', '127.0.0.1::81'], range);
    expect(numbers(claim(store, 'b', ['127.0.0.2::80', '127.0.0.2::81'], range))).toEqual([40000, 40001]);
    expect(() => claim(store, 'c', ['80'], range)).toThrow(refusal('ENOFREEPORT'));
  });

  test('passes over what others are known to have', () => {
    const store = openStore();
    const refused = new Set(['tcp/40000', 'tcp/40002', 'udp/40001', 'tcp/8080']);
    expect(numbers(claim(store, 'a', ['80', '81'], { ...only4, refused }))).toEqual([40001, 40003]);
    expect(() => claim(store, 'a', ['82'], { ...only4, refused })).toThrow(refusal('ENOFREEPORT'));
    expect(() => claim(store, 'a', ['8080:80'], { ...only4, refused })).toThrow(refusal('ENOFREEPORT', /8080 to 8080/));
  });

  test('costs the same however much is taken, when only one is free, and when none is', { timeout: 60_000 }, () => {
    const store = openStore();
    const options = { ...only4, range: { first: 32768, last: 60999 } };
    /** How often a claim looks at the tables. */
    const looks = (sandbox: string, specs: readonly string[]) => {
      let count = 0;
      store.transaction((tables) => {
        const counted = Object.entries(tables).map(([name, table]: [string, Tables['names']]) => {
          const get = (key: string) => {
            count++;
            return table.get(key);
          };
          return [name, { ...table, get }];
        });
        attempt(() => claimPorts(Object.fromEntries(counted), sandbox, specs.flatMap(parsePublish), options));
      });
      return count;
    };
    const first = looks('a', ['80']);
    expect(first).toBeLessThan(5);
    const all = claim(store, 'a', Array<string>(28_230).fill('80'), options);
    expect(looks('a', ['80'])).toBe(first);
    expect(store.read(claimedPorts)).toHaveLength(28_232);
    expect(looks('b', ['80'])).toBeLessThanOrEqual(first);
    expect(() => claim(store, 'b', ['80'], options)).toThrow(refusal('ENOFREEPORT'));
    for (const place of [7, 20_000, 3]) {
      release(store, 'a', all.slice(place, place + 1));
    }
    expect(looks('b', ['80'])).toBeLessThanOrEqual(first + 1);
    expect(numbers(claim(store, 'c', ['80', '80'], options))).toEqual([52769, 32772]);
    expect(store.read(claimedPorts).filter(({ sandbox }) => sandbox === 'b')).toMatchObject([{ hostPort: 32776 }]);
  });

  const addresses = [undefined, '127.0.0.1', '10.0.0.1'] as const;
  const anyStep = fc.oneof(
    { weight: 4, arbitrary: fc.record({ next: fc.constantFrom(...addresses), refused: fc.subarray([40000, 40002]) }) },
    {
      weight: 2,
      arbitrary: fc.record({ exact: fc.integer({ min: 39999, max: 40006 }), at: fc.constantFrom(...addresses) }),
    },
    { weight: 4, arbitrary: fc.record({ release: fc.nat() }) },
  );

  test('are given out as long as there is one, whoever has asked for them by number in between', {
    timeout: 60_000,
  }, () => {
    const store = openStore();
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 80, size: 'max' }), (steps) =>
        tryOut(store, (tables) => {
          const range = { first: 40000, last: 40005 };
          const all = Array.from({ length: 6 }, (_, i) => range.first + i);
          const held: PublishedPort[] = [];
          const isTaken = (port: number, at?: string) =>
            held.some(({ hostPort, hostAddress }) => {
              return hostPort === port && (at === undefined || hostAddress === '0.0.0.0' || hostAddress === at);
            });
          for (const step of steps) {
            if ('release' in step) {
              releasePorts(tables, 'a', held.splice(step.release % Math.max(held.length, 1), 1));
              continue;
            }
            const refused = 'next' in step ? step.refused : [];
            const options = { ...only4, range, refused: new Set(refused.map((port) => `tcp/${port}`)) };
            const at = 'next' in step ? step.next : step.at;
            const spec = `${at === undefined ? '' : `${at}:`}${'next' in step ? '' : step.exact}${(at ?? 'exact' in step) ? ':' : ''}80`;
            const free =
              'next' in step ? all.filter((port) => !isTaken(port, at) && !refused.includes(port)) : [step.exact];
            const claimed = attempt(() => claimPorts(tables, 'a', parsePublish(spec), options));
            if (claimed instanceof Error) {
              expect(free.filter((port) => !isTaken(port, at))).toEqual([]);
            } else {
              expect(free).toContain(claimed[0]?.hostPort);
              expect(isTaken(claimed[0]?.hostPort ?? 0, at)).toBe(false);
              held.push(...claimed);
            }
          }
          releasePorts(tables, 'a', held);
          expect(claimedPorts(tables)).toEqual([]);
        }),
      ),
      { numRuns: 200 },
    );
  });

  test('leave no more behind than a place in a queue for each', () => {
    const store = openStore();
    for (let i = 0; i < 200; i++) {
      release(store, 'a', claim(store, 'a', ['40001:81', '80', '127.0.0.2::82']));
    }
    const { released, cursors } = store.read((tables) => ({
      released: [...tables.released.getRange({})].length,
      cursors: [...tables.cursors.getRange({})].length,
    }));
    expect([released, cursors]).toEqual([8, 2]);
  });
});
