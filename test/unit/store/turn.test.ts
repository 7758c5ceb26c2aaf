import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newOwner } from '../../../src/store/owner.js';
import { inTurn } from '../../../src/store/turn.js';
import { temporaryDirectory } from '../../support/store.js';

const dead = () => newOwner().replace(/^(\d+):\d+:/, '$1:4194304:');

test('a turn ends with the work, also when that throws', () => {
  const directory = temporaryDirectory();
  expect(inTurn(directory, () => readdirSync(directory))).toEqual(['turn']);
  const work = () =>
    inTurn(directory, () => {
      throw new Error('no');
    });
  expect(work).toThrow('no');
  expect(readdirSync(directory)).toEqual([]);
});

test('the turn of a dead process is taken over at once, that of one that does not go on after a while', () => {
  const directory = temporaryDirectory();
  const timeAfter = (holder: string) => {
    symlinkSync(holder, join(directory, 'turn'));
    const start = performance.now();
    inTurn(directory, () => undefined);
    expect(readdirSync(directory)).toEqual([]);
    return performance.now() - start;
  };
  expect(timeAfter(dead())).toBeLessThan(500);
  expect(timeAfter(newOwner())).toBeGreaterThan(1900);
});

test('who has lost its turn does not end the next one', () => {
  const directory = temporaryDirectory();
  const other = newOwner();
  inTurn(directory, () => {
    inTurn(directory, () => undefined);
    symlinkSync(other, join(directory, 'turn'));
  });
  expect(readdirSync(directory)).toEqual(['turn']);
});

test('what cannot be is refused as the kernel refuses it', () => {
  expect(() => inTurn(join(temporaryDirectory(), 'missing'), () => undefined)).toThrow('ENOENT');
});
