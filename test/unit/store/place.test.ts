import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasRecords, placeOf, Store } from '../../../src/store/index.js';
import { openStore, temporaryDirectory } from '../../support/store.js';

test('a run directory has the same place before it is made and after', async () => {
  const top = temporaryDirectory();
  mkdirSync(join(top, 'real'));
  symlinkSync('real', join(top, 'alias'));
  const wanted = join(top, 'alias', 'run', '..', 'run', 'host');
  expect(placeOf(wanted)).toBe(join(top, 'real', 'run', 'host'));
  expect(readdirSync(join(top, 'real'))).toEqual([]);
  const store = Store.open(wanted, join(top, 'state'));
  expect(store.directory).toBe(join(top, 'real', 'run', 'host'));
  await store.close();
  expect(placeOf(wanted)).toBe(store.directory);
});

test('a place that cannot be looked at is an error of the kernel', () => {
  expect(() => placeOf('/proc/version/run')).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
});

test('there are records once somebody has opened them, and looking for them makes none', () => {
  const directory = temporaryDirectory();
  expect(hasRecords(join(directory, 'missing'))).toBe(false);
  expect(hasRecords(directory)).toBe(false);
  expect(readdirSync(directory)).toEqual([]);
  openStore(directory);
  expect(hasRecords(directory)).toBe(true);
});
