import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Refill } from '../../../src/pool/refill.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets everybody else do what there is to do: the pauses of a refill are real ones, of two milliseconds. */
async function later(isDone: () => boolean): Promise<void> {
  const deadline = process.hrtime.bigint() + 5_000_000_000n;
  while (!isDone() && process.hrtime.bigint() < deadline) {
    await nextTurn();
  }
}

/** A pool that lacks so many; counts how often it was looked at whether somebody attaches. */
function lacking(count: number) {
  const seen = { built: 0, looks: 0, isIdle: true };
  const refill = new Refill({
    isIdle: () => {
      seen.looks++;
      return seen.isIdle;
    },
    step: async () => {
      seen.built++;
      return seen.built < count;
    },
  });
  return { seen, refill };
}

describe('a refill', () => {
  test('builds one after the other until there are enough', async () => {
    const { seen, refill } = lacking(3);
    refill.wake();
    vi.advanceTimersByTime(10);
    await later(() => seen.built === 3);
    await nextTurn();
    expect(seen.built).toBe(3);
    await refill.close();
  });

  test('builds nothing while takes come in quick succession', async () => {
    const { seen, refill } = lacking(3);
    for (let i = 0; i < 5; i++) {
      refill.wake();
      vi.advanceTimersByTime(1);
      const before = seen.looks;
      await later(() => seen.looks > before);
      expect(seen.built).toBe(0);
    }
    vi.advanceTimersByTime(2);
    await later(() => seen.built === 3);
    expect(seen.built).toBe(3);
    await refill.close();
  });

  test('builds nothing while somebody attaches, and goes on afterwards', async () => {
    const { seen, refill } = lacking(2);
    seen.isIdle = false;
    refill.wake();
    vi.advanceTimersByTime(10);
    await later(() => seen.looks > 2);
    expect(seen.built).toBe(0);
    seen.isIdle = true;
    await later(() => seen.built === 2);
    expect(seen.built).toBe(2);
    await refill.close();
  });

  test('says why one could not be built', async () => {
    const problem = new Error('no address is left');
    const refill = new Refill({ isIdle: () => true, step: () => Promise.reject(problem) });
    refill.wake();
    vi.advanceTimersByTime(10);
    await later(() => refill.problem !== undefined);
    expect(refill.problem).toBe(problem);
    await refill.close();
  });

  test('builds nothing once it is closed', async () => {
    const { seen, refill } = lacking(3);
    refill.wake();
    await refill.close();
    vi.advanceTimersByTime(10);
    refill.wake();
    await nextTurn();
    expect(seen.built).toBe(0);
  });
});
