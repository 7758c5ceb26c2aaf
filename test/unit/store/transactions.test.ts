import { execFileSync, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { problemOf } from '../../../src/store/check-file.js';
import { temporaryDirectory } from '../../support/store.js';
import { addSome, contentOf, openRecords } from './some-records.js';

const program = fileURLToPath(new URL('file-child.ts', import.meta.url));

test('no transaction is lost while other processes open the file', { timeout: 60_000 }, async () => {
  const directory = temporaryDirectory();
  const start = (task: string) =>
    text(spawn(process.execPath, ['--import', 'tsx', program, directory, task, '4000']).stdout);
  const tasks = ['open', 'open', 'count', 'count'];
  const said = await Promise.all(tasks.map(start));
  const counts = said.slice(2).map((lines) => Number(lines.trim().split('\n')[1]));
  const records = openRecords(directory);
  onTestFinished(() => records.close());
  expect(records.tables.names?.get('count')).toBe((counts[0] ?? 0) + (counts[1] ?? 0));
  expect(problemOf(records.file.path)).toBeUndefined();
});

test('a transaction that would begin in the past begins anew, on top of the last one', () => {
  const records = openRecords(temporaryDirectory());
  onTestFinished(() => records.close());
  addSome(records, 10);
  const { names: before = [], ...others } = contentOf(records) as Record<string, unknown[]>;
  // As a process leaves it that looked at the file two transactions ago. In another one: closing the file lets go of locks.
  const program = `
    const fs = require('node:fs');
    const file = fs.openSync(process.argv[1], 'r+');
    const number = Buffer.alloc(8);
    fs.readSync(file, number, 0, 8, 8);
    number.writeBigUInt64LE(number.readBigUInt64LE() - 2n);
    fs.writeSync(file, number, 0, 8, 8);
  `;
  execFileSync(process.execPath, ['-e', program, `${records.file.path}-lock`]);
  records.transactions.run(() => records.tables.names?.putSync('a', 'here'));
  expect(contentOf(records)).toEqual({ ...others, names: [{ key: 'a', value: 'here' }, ...before] });
  expect(problemOf(records.file.path)).toBeUndefined();
});

test('a transaction that throws is not repeated, and has written nothing', () => {
  const records = openRecords(temporaryDirectory());
  onTestFinished(() => records.close());
  let runs = 0;
  const work = () => {
    runs++;
    records.tables.names?.putSync('a', 'here');
    throw new Error('no');
  };
  expect(() => records.transactions.run(work)).toThrow('no');
  expect([runs, contentOf(records)]).toEqual([1, {}]);
});
