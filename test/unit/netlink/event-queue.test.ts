import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChangeEvent, NetlinkEvent } from '../../../src/netlink/event.js';
import { EventQueue } from '../../../src/netlink/event-queue.js';

type Id = 'netns-id';

function event(nsid: number): ChangeEvent<Id> {
  return { type: 'netns-id', action: 'new', object: { family: 0, nsid } };
}

/** All that can be read until the end. */
async function rest(queue: EventQueue<Id>): Promise<NetlinkEvent<Id>[]> {
  const events: NetlinkEvent<Id>[] = [];
  for (let result = await queue.next(); !result.done; result = await queue.next()) {
    events.push(result.value);
  }
  return events;
}

describe('a queue of events', () => {
  test('hands them out in order, to those who wait and to those who come later', async () => {
    const queue = new EventQueue<Id>(10);
    const waiting = [queue.next(), queue.next()];
    queue.push(event(1));
    queue.push(event(2));
    queue.push(event(3));
    queue.end();
    expect(await Promise.all(waiting)).toEqual([{ value: event(1) }, { value: event(2) }]);
    expect(await rest(queue)).toEqual([event(3)]);
  });

  test('ends for everyone who waits, and stays ended', async () => {
    const queue = new EventQueue<Id>(10);
    const waiting = [queue.next(), queue.next()];
    queue.end();
    queue.push(event(1));
    const done = { done: true, value: undefined };
    expect(await Promise.all([...waiting, queue.next(), queue.next()])).toEqual([done, done, done, done]);
  });

  test('throws its reason once, behind what is left', async () => {
    const queue = new EventQueue<Id>(10);
    queue.push(event(1));
    queue.end(new Error('over'));
    expect(await queue.next()).toEqual({ value: event(1) });
    await expect(queue.next()).rejects.toThrow('over');
    expect(await queue.next()).toEqual({ done: true, value: undefined });
  });

  test('forgets what is left when it is cleared', async () => {
    const queue = new EventQueue<Id>(10);
    queue.push(event(1));
    queue.clear();
    queue.end();
    expect(await rest(queue)).toEqual([]);
  });

  test('never holds more than its capacity, and says where it lost some', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(fc.boolean()), async (capacity, steps) => {
        const queue = new EventQueue<Id>(capacity);
        const seen: NetlinkEvent<Id>[] = [];
        let pushed = 0;
        let held = 0;
        for (const isPush of steps) {
          if (isPush) {
            queue.push(event(pushed));
            pushed += 1;
            held = held === capacity ? 1 : held + 1;
          } else if (held > 0) {
            const { value } = await queue.next();
            seen.push(value as NetlinkEvent<Id>);
            held -= 1;
          }
        }
        queue.end();
        const left = await rest(queue);
        expect(left.length).toBe(held);
        // Without the gaps that a `lost` marks, every event is there, in order, up to the last one.
        let next = 0;
        for (const one of [...seen, ...left]) {
          if (one.type === 'lost') {
            next = -1;
          } else {
            expect(next === -1 ? one.object.nsid : next).toBe(one.object.nsid);
            next = one.object.nsid + 1;
          }
        }
        expect(next === -1 || next === pushed).toBe(true);
      }),
    );
  });
});
