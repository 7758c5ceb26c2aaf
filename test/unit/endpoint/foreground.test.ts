import { expect, test } from 'vitest';
import { Foreground } from '../../../src/endpoint/index.js';

/** Work that ends when the test says so. */
function work() {
  let finish = () => {};
  const promise = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { promise, finish };
}

const hour = 3_600_000;

test('is busy while any is under way, whatever comes of it', async () => {
  const foreground = new Foreground();
  expect(foreground.isBusy).toBe(false);
  const [one, other] = [work(), work()];
  const first = foreground.during(() => one.promise);
  const second = foreground.during(async () => {
    await other.promise;
    throw new Error('out of order');
  });
  one.finish();
  await first;
  expect(foreground.isBusy).toBe(true);
  other.finish();
  await expect(second).rejects.toThrow('out of order');
  expect(foreground.isBusy).toBe(false);
});

test('returns what the work returns, and throws what it throws at once', async () => {
  const foreground = new Foreground();
  expect(await foreground.during(async () => 7)).toBe(7);
  const refused = foreground.during(() => {
    throw new Error('closed');
  });
  await expect(refused).rejects.toThrow('closed');
  expect(foreground.isBusy).toBe(false);
});

test('whoever waits goes on when the last has ended', async () => {
  const foreground = new Foreground();
  await foreground.idle(hour);
  const [one, other] = [work(), work()];
  const under = [foreground.during(() => one.promise), foreground.during(() => other.promise)];
  const order: string[] = [];
  const waiting = foreground.idle(hour).then(() => order.push('idle'));
  one.finish();
  await under[0];
  order.push('one');
  other.finish();
  await waiting;
  expect(order).toEqual(['one', 'idle']);
});

test('nobody waits for ever', async () => {
  const foreground = new Foreground();
  const endless = work();
  const under = foreground.during(() => endless.promise);
  await foreground.idle(5);
  expect(foreground.isBusy).toBe(true);
  endless.finish();
  await under;
});

test('is quiet since a time when none was under way since', async () => {
  const foreground = new Foreground();
  expect(foreground.isQuietSince(0)).toBe(true);
  const before = performance.now();
  await foreground.during(async () => undefined);
  expect(foreground.isQuietSince(before)).toBe(false);
  expect(foreground.isQuietSince(performance.now() + 1)).toBe(true);
  const one = work();
  const under = foreground.during(() => one.promise);
  expect(foreground.isQuietSince(performance.now() + 1)).toBe(false);
  one.finish();
  await under;
});
