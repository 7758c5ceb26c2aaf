import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Foreground } from '../../../src/endpoint/index.js';
import { Pace } from '../../../src/endpoint/pace.js';

const limits = { fewest: 16, most: 256 };

/** Nothing under way for the thing to be timed by: the clock has moved on. */
async function attach(foreground: Foreground): Promise<void> {
  await foreground.during(async () => undefined);
}

describe('how much is removed at once', () => {
  test('is all there may be when there is nobody', () => {
    const pace = new Pace(new Foreground(), limits);
    expect([pace.next(20), pace.next(20)]).toEqual([256, 256]);
  });

  test('is little first when somebody was there, and twice as much each time while nobody comes', async () => {
    const foreground = new Foreground();
    await attach(foreground);
    const pace = new Pace(foreground, limits);
    expect(pace.next(20)).toBe(16);
    expect(Array.from({ length: 6 }, () => pace.next(20))).toEqual([32, 64, 128, 256, 256, 256]);
  });

  test('is little again when somebody came, and while he is there', async () => {
    const foreground = new Foreground();
    await attach(foreground);
    const pace = new Pace(foreground, limits);
    expect([pace.next(20), pace.next(20), pace.next(20)]).toEqual([16, 32, 64]);
    await attach(foreground);
    expect([pace.next(20), pace.next(20)]).toEqual([16, 32]);
    await foreground.during(async () => {
      expect([pace.next(20), pace.next(20)]).toEqual([16, 16]);
    });
  });

  test('is never less than a part of what waits, so that it does not pile up', async () => {
    const foreground = new Foreground();
    const pace = new Pace(foreground, limits);
    await foreground.during(async () => {
      expect([pace.next(512), pace.next(1024), pace.next(100_000)]).toEqual([16, 32, 256]);
    });
  });

  test('stays within its limits, whatever happens', async () => {
    const happenings = fc.array(fc.tuple(fc.boolean(), fc.nat(50_000)), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(happenings, async (all) => {
        const foreground = new Foreground();
        const pace = new Pace(foreground, limits);
        for (const [comes, waiting] of all) {
          await (comes ? attach(foreground) : undefined);
          const size = pace.next(waiting);
          expect(size).toBeGreaterThanOrEqual(limits.fewest);
          expect(size).toBeLessThanOrEqual(limits.most);
        }
      }),
      { numRuns: 50 },
    );
  });
});
