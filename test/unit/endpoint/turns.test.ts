import { expect, test } from 'vitest';
import { type Rank, Turns } from '../../../src/endpoint/index.js';

/** Keeps the event loop for longer than anybody is to wait. */
function work(): void {
  const start = performance.now();
  while (performance.now() - start < 2) {
    // Nothing.
  }
}

/** Somebody else, who comes to each turn of the event loop until `isOver`. */
function attend(seen: string[], isOver: () => boolean): void {
  setImmediate(() => {
    if (!isOver()) {
      seen.push('other');
      attend(seen, isOver);
    }
  });
}

test('between pieces of work that are long everybody else has a turn, and they come in the order in which they asked', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  let open = 4;
  const pieces = ['one', 'two', 'three', 'four'].map(async (name) => {
    await turns.next('finishing');
    work();
    seen.push(name);
    open--;
  });
  attend(seen, () => open === 0);
  await Promise.all(pieces);
  expect(seen.filter((name) => name !== 'other')).toEqual(['one', 'two', 'three', 'four']);
  const places = ['one', 'two', 'three', 'four'].map((name) => seen.indexOf(name));
  places.slice(1).forEach((place, i) => {
    expect(place - (places[i] ?? 0)).toBeGreaterThan(1);
  });
});

test('one that asks again and again without doing much lets everybody else have a turn now and then', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  let isOver = false;
  attend(seen, () => isOver);
  const start = performance.now();
  while (performance.now() - start < 20) {
    await turns.next('finishing');
  }
  isOver = true;
  expect(seen.length).toBeGreaterThan(3);
});

test('what gives the engine something to do comes before the rest, whoever asked first', async () => {
  const turns = new Turns();
  // The first may share a turn with what was before; from here on they wait.
  await turns.next('finishing');
  work();
  const seen: string[] = [];
  const ask = async (rank: Rank, name: string) => {
    await turns.next(rank);
    work();
    seen.push(name);
  };
  await Promise.all([
    ask('finishing', 'finish one'),
    ask('finishing', 'finish two'),
    ask('beginning', 'begin'),
    ask('feeding', 'feed one'),
    ask('feeding', 'feed two'),
  ]);
  expect(seen).toEqual(['feed one', 'feed two', 'begin', 'finish one', 'finish two']);
});
