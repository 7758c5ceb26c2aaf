import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  closeEmptySegments,
  forgetAllSegments,
  forgetSegments,
  givePortBack,
  restoreSegments,
  segmentsOf,
  takePort,
} from '../../../src/network/segments.js';
import type { EndpointRecord, Store, Tables } from '../../../src/store/index.js';
import { openStore } from '../../support/store.js';

const network = 'a'.repeat(64);
const other = 'b'.repeat(64);

const endpointOn = (segment: string | undefined): EndpointRecord =>
  ({ network, ...(segment !== undefined && { segment }) }) as EndpointRecord;

/** What is on record of the network: how many ports of each of its bridges are in use. */
const used = (store: Store) =>
  store.read((tables) =>
    Object.fromEntries(
      [...tables.segments.getRange({})]
        .filter(({ key }) => key[0] === network)
        .map(({ key, value }) => [key[1], value]),
    ),
  );

const within = <Result>(store: Store, work: (tables: Tables) => Result): Result => store.transaction(work);

describe('the bridge that an endpoint joins', () => {
  test("is the network's own until that is full, then one segment after the other", () => {
    const store = openStore();
    const given = within(store, (tables) => Array.from({ length: 7 }, () => takePort(tables, network, 3)));
    expect(given.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    const [, , , first, , , second] = given;
    expect(given.slice(3)).toEqual([first, first, first, second]);
    expect(first).toMatch(/^br-[0-9a-f]{12}$/);
    expect(second).not.toBe(first);
    expect(used(store)).toEqual({ '': 3, [first ?? '']: 3, [second ?? '']: 1 });
    expect(within(store, (tables) => segmentsOf(tables, other))).toEqual([]);
  });

  test('is one that has room again before there is a further one', () => {
    const store = openStore();
    const given = within(store, (tables) => Array.from({ length: 4 }, () => takePort(tables, network, 2)));
    within(store, (tables) => givePortBack(tables, endpointOn(undefined)));
    expect(within(store, (tables) => takePort(tables, network, 2))).toBeUndefined();
    expect(within(store, (tables) => takePort(tables, network, 2))).not.toBe(given[3]);
  });

  test('that was closed is given to nobody, and once forgotten is no more', () => {
    const store = openStore();
    const [, segment = ''] = within(store, (tables) => [takePort(tables, network, 1), takePort(tables, network, 1)]);
    within(store, (tables) => {
      givePortBack(tables, endpointOn(undefined));
      givePortBack(tables, endpointOn(segment));
    });
    expect(within(store, (tables) => closeEmptySegments(tables, network, [segment]))).toEqual([segment]);
    // Whoever was killed then has left it on record: it is closed as often as somebody asks.
    expect(within(store, (tables) => closeEmptySegments(tables, network, [segment]))).toEqual([segment]);
    expect(within(store, (tables) => takePort(tables, network, 1))).toBeUndefined();
    expect(within(store, (tables) => takePort(tables, network, 1))).not.toBe(segment);
    within(store, (tables) => forgetSegments(tables, network, [segment]));
    expect(Object.keys(used(store))).not.toContain(segment);
  });

  test('that is empty stays if it is the only one with room', () => {
    const store = openStore();
    const [, segment = ''] = within(store, (tables) => [takePort(tables, network, 1), takePort(tables, network, 1)]);
    within(store, (tables) => givePortBack(tables, endpointOn(segment)));
    expect(within(store, (tables) => closeEmptySegments(tables, network, [segment]))).toEqual([]);
    expect(within(store, (tables) => takePort(tables, network, 1))).toBe(segment);
  });

  test('is found again from the endpoints when records were lost, with or without room', () => {
    const store = openStore();
    const endpoints = [undefined, 'br-one', 'br-one', 'br-two'].map(endpointOn);
    within(store, (tables) => restoreSegments(tables, network, ['br-one', 'br-two', 'br-none'], endpoints));
    expect(used(store)).toEqual({ '': 1, 'br-one': 2, 'br-two': 1, 'br-none': 0 });
    const given = within(store, (tables) => Array.from({ length: 5 }, () => takePort(tables, network, 2)));
    expect(given.map(String).slice(0, 4).sort()).toEqual(['br-none', 'br-none', 'br-two', 'undefined']);
    expect(given[4]).toMatch(/^br-[0-9a-f]{12}$/);
    within(store, (tables) => forgetAllSegments(tables, network));
    expect(used(store)).toEqual({});
  });

  test('has never more endpoints than it may, and one segment more than needed at most, whoever comes and goes', () => {
    const step = fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, { weight: 2, arbitrary: fc.nat({ max: 1000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 4 }), (steps, ports) => {
        const store = openStore();
        const living: (string | undefined)[] = [];
        const ended = new Set<string>();
        for (const which of steps) {
          within(store, (tables) => {
            if (which < 0) {
              const segment = takePort(tables, network, ports);
              expect(ended.has(segment ?? '')).toBe(false);
              living.push(segment);
            } else if (living.length > 0) {
              const [segment] = living.splice(which % living.length, 1);
              givePortBack(tables, endpointOn(segment));
              const closed = closeEmptySegments(tables, network, segment === undefined ? [] : [segment]);
              forgetSegments(tables, network, closed);
              for (const one of closed) {
                expect(living).not.toContain(one);
                ended.add(one);
              }
            }
          });
        }
        const counts = new Map<string, number>();
        for (const segment of living) {
          counts.set(segment ?? '', (counts.get(segment ?? '') ?? 0) + 1);
        }
        for (const [name, count] of Object.entries(used(store))) {
          expect(count).toBe(counts.get(name) ?? 0);
          expect(count).toBeLessThanOrEqual(ports);
        }
        const empty = Object.entries(used(store)).filter(([name, count]) => name !== '' && count === 0);
        expect(empty.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });
});
