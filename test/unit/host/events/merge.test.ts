import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { merge } from '../../../../src/host/events/merge.js';

/** What is given in, one step of the event loop after another where there is `undefined`. */
async function* source<Item>(steps: readonly (Item | undefined)[]): AsyncGenerator<Item, undefined> {
  for (const step of steps) {
    if (step === undefined) {
      await new Promise(setImmediate);
    } else {
      yield step;
    }
  }
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) {
    found.push(item);
  }
  return found;
}

describe('merging', () => {
  test('tells everything, each source in its order, and ends with the last', async () => {
    const pause = fc.constant(undefined);
    const steps = fc.array(fc.oneof(fc.integer(), pause), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 4 }), async (sources) => {
        const named = sources.map((one, name) => one.map((value) => value !== undefined && { name, value }));
        const told = await all(merge(named.map((one) => source(one.map((item) => item || undefined)))));
        for (const [name, one] of named.entries()) {
          expect(told.filter((item) => item.name === name)).toEqual(one.filter((item) => item !== false));
        }
        expect(told).toHaveLength(named.flat().filter((item) => item !== false).length);
      }),
    );
  });

  test('lets none wait for one that has a lot to tell', async () => {
    const busy = source(Array.from({ length: 100 }, () => 'busy'));
    const told = await all(merge([busy, source(['rare'])]));
    expect(told.indexOf('rare')).toBeLessThan(5);
  });

  test('holds at most one element of each source that nobody has asked for', async () => {
    let given = 0;
    const count = async function* (): AsyncGenerator<number, undefined> {
      for (;;) {
        given += 1;
        yield given;
      }
    };
    const merged = merge([count()]);
    expect((await merged.next()).value).toBe(1);
    await new Promise(setImmediate);
    expect(given).toBe(2);
  });

  test('throws what a source throws, behind what it told', async () => {
    const failing = async function* (): AsyncGenerator<number, undefined> {
      yield 1;
      throw new Error('over');
    };
    const merged = merge([failing(), source([undefined, undefined, 2])]);
    expect((await merged.next()).value).toBe(1);
    await expect(all(merged)).rejects.toThrow('over');
  });

  test('keeps nothing of a silent source', async () => {
    let asked = 0;
    const next = () => {
      asked += 1;
      return new Promise<never>(() => {});
    };
    const merged = merge<number | undefined>([{ next }, source(Array.from({ length: 50 }, (_, i) => i))]);
    for (let i = 0; i < 50; i++) {
      expect((await merged.next()).value).toBe(i);
    }
    expect(asked).toBe(1);
  });
});
