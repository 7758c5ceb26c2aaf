import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Batcher } from '../../../src/endpoint/index.js';

interface Run {
  readonly items: readonly number[];
  /** Lets it come to its end. */
  finish(): void;
  fail(error: Error): void;
}

/** A batcher of numbers into their doubles, with each run in the test's hands. */
function batcher(chunkSize: number | ((waiting: number, underWay: number) => number), mostUnderWay = 1) {
  const runs: Run[] = [];
  const run = (items: readonly number[]) =>
    new Promise<number[]>((resolve, reject) => {
      runs.push({ items, finish: () => resolve(items.map((item) => 2 * item)), fail: reject });
    });
  return { batcher: new Batcher({ run, chunkSize, mostUnderWay }), runs };
}

/** One whose runs finish by themselves; `runs` are the chunks, `most` the most runs that were under way at once. */
function runningBatcher(chunkSize: number, mostUnderWay = 1) {
  const seen = { runs: [] as (readonly number[])[], underWay: 0, most: 0 };
  const run = async (items: readonly number[]) => {
    seen.runs.push(items);
    seen.underWay += 1;
    seen.most = Math.max(seen.most, seen.underWay);
    await new Promise(setImmediate);
    seen.underWay -= 1;
    return items.map((item) => 2 * item);
  };
  return { batcher: new Batcher({ run, chunkSize, mostUnderWay }), seen };
}

/** Long enough for a batcher to begin whatever it can begin. */
async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await new Promise(setImmediate);
  }
}

const closed = expect.objectContaining({ code: 'ECLOSED' });

describe('Batcher', () => {
  test('items of one moment travel together', async () => {
    const { batcher: pairs, seen } = runningBatcher(10);
    expect(await Promise.all([pairs.one(1), pairs.all([2, 3]), pairs.one(4)])).toEqual([2, [4, 6], 8]);
    expect(seen.runs).toEqual([[1, 2, 3, 4]]);
  });

  test('chunks are no larger than asked for, in the order of the items', async () => {
    const { batcher: pairs, seen } = runningBatcher(3);
    await pairs.all([1, 2, 3, 4, 5, 6, 7]);
    expect(seen.runs).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  });

  test('chunks can depend on how much waits and how much is under way', async () => {
    const asked: [number, number][] = [];
    const size = (waiting: number, underWay: number) => {
      asked.push([waiting, underWay]);
      return 1 + underWay;
    };
    const { batcher: pairs, runs } = batcher(size, 2);
    const all = pairs.all([1, 2, 3, 4]);
    await turns();
    expect(runs.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    runs[1]?.finish();
    await turns();
    runs[0]?.finish();
    runs[2]?.finish();
    expect(await all).toEqual([2, 4, 6, 8]);
    expect(asked).toEqual([
      [4, 0],
      [3, 1],
      [1, 1],
    ]);
  });

  test('no more runs are under way than asked for, and as many as there can be', async () => {
    const { batcher: pairs, runs } = batcher(1, 2);
    const all = pairs.all([1, 2, 3]);
    await turns();
    expect(runs.map(({ items }) => items)).toEqual([[1], [2]]);
    runs[1]?.finish();
    await turns();
    expect(runs.map(({ items }) => items)).toEqual([[1], [2], [3]]);
    runs[2]?.finish();
    runs[0]?.finish();
    expect(await all).toEqual([2, 4, 6]);
  });

  test('every item comes to the caller that gave it, whatever travels with it', async () => {
    const calls = fc.array(fc.array(fc.integer(), { maxLength: 12 }), { maxLength: 12 });
    const shape = fc.record({
      chunkSize: fc.integer({ min: 1, max: 9 }),
      mostUnderWay: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(calls, shape, async (calls, { chunkSize, mostUnderWay }) => {
        const { batcher: pairs, seen } = runningBatcher(chunkSize, mostUnderWay);
        const results = await Promise.all(calls.map((items) => pairs.all(items)));
        expect(results).toEqual(calls.map((items) => items.map((item) => 2 * item)));
        expect(seen.runs.flat()).toEqual(calls.flat());
        expect(seen.runs.every((items) => items.length > 0 && items.length <= chunkSize)).toBe(true);
        expect(seen.most).toBeLessThanOrEqual(mostUnderWay);
      }),
      { numRuns: 50 },
    );
  });

  test('works again after it had nothing to do', async () => {
    const { batcher: pairs } = runningBatcher(2);
    expect(await pairs.one(1)).toBe(2);
    await turns();
    expect(await pairs.one(2)).toBe(4);
  });

  test('progress is told after each chunk and at the end', async () => {
    const { batcher: pairs } = runningBatcher(3, 2);
    const told: [number, number][] = [];
    await pairs.all([1, 2, 3, 4, 5, 6, 7], (done, total) => told.push([done, total]));
    expect(told).toEqual([
      [3, 7],
      [6, 7],
      [7, 7],
    ]);
  });

  test('a progress listener that throws harms nobody else, and its error comes when all is done', async () => {
    const { batcher: pairs, runs } = batcher(2);
    let heard = 0;
    const all = pairs.all([1, 2, 3], () => {
      heard += 1;
      throw new Error('no more paper');
    });
    const beside = pairs.one(4);
    let isOver = false;
    const failed = expect(all.finally(() => (isOver = true))).rejects.toThrow('no more paper');
    await turns();
    runs[0]?.finish();
    await turns();
    expect(isOver).toBe(false);
    runs[1]?.finish();
    await failed;
    expect(await beside).toBe(8);
    expect(heard).toBe(1);
  });

  test('a run that fails fails its own items alone', async () => {
    const { batcher: pairs, runs } = batcher(2);
    const [first, second, third] = [pairs.one(1), pairs.one(2), pairs.one(3)];
    const failed = Promise.all([first, second].map((one) => expect(one).rejects.toThrow('out of order')));
    await turns();
    runs[0]?.fail(new Error('out of order'));
    await failed;
    await turns();
    runs[1]?.finish();
    expect(await third).toBe(6);
  });

  test('the size of each chunk is asked for when its turn has come, given how many wait', async () => {
    const asked: number[] = [];
    const turns: number[] = [];
    const runs: (readonly number[])[] = [];
    const run = async (items: readonly number[]) => {
      runs.push(items);
      return [...items];
    };
    const pairs = new Batcher({
      run,
      mostUnderWay: 1,
      chunkSize: (waiting) => {
        asked.push(waiting);
        return asked.length;
      },
      turn: async (waiting) => {
        turns.push(waiting);
        await new Promise(setImmediate);
      },
    });
    const all = pairs.all([1, 2, 3, 4, 5]);
    await Promise.resolve();
    const late = pairs.one(6);
    expect(await all).toEqual([1, 2, 3, 4, 5]);
    expect(await late).toBe(6);
    expect(runs).toEqual([[1], [2, 3], [4, 5, 6]]);
    expect(asked).toEqual([6, 5, 3]);
    expect(turns.slice(1)).toEqual([5, 3]);
  });

  test('nothing is nothing at once', async () => {
    const { batcher: pairs, runs } = batcher(2);
    expect(await pairs.all([])).toEqual([]);
    expect(runs).toEqual([]);
  });

  test('closing waits for what was taken and refuses what comes later', async () => {
    const { batcher: pairs, runs } = batcher(1);
    const all = pairs.all([1, 2]);
    let isClosed = false;
    const closing = pairs.close().then(() => (isClosed = true));
    await expect(pairs.one(3)).rejects.toEqual(closed);
    await expect(pairs.all([4])).rejects.toEqual(closed);
    await turns();
    runs[0]?.finish();
    await turns();
    expect(isClosed).toBe(false);
    runs[1]?.finish();
    expect(await all).toEqual([2, 4]);
    await closing;
    await pairs.close();
  });
});
