import { expect, test } from 'vitest';
import { Turns } from '../../../src/endpoint/index.js';

test('work that became ready at one moment takes one turn of the event loop each, in the order in which it was asked for', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const work = ['one', 'two', 'three'].map(async (name) => {
    await turns.next();
    seen.push(name);
    setImmediate(() => seen.push(`after ${name}`));
  });
  await Promise.all(work);
  await new Promise(setImmediate);
  expect(seen).toEqual(['one', 'after one', 'two', 'after two', 'three', 'after three']);
});
