/**
 * Damages the file of a run directory again and again, each time differently, opens it as every process does, reads all there
 * is and writes some more. Prints a line before each damage, so that it is known which one has ended the process, and at the
 * end, as JSON, how many files were set aside and how many were still as they had been.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { problemOf } from '../../../src/store/check-file.js';
import { damages } from './damages.js';
import { addSome, contentOf, makeRecords, openRecords } from './some-records.js';

const [directory = '', kind = ''] = process.argv.slice(2);
const { path, content, bytes } = await makeOriginal();
const result = { damages: 0, asides: 0, intact: 0 };
for (const [name, damaged] of damages(bytes, kind)) {
  process.stdout.write(`${name}\n`);
  await tryDamage(damaged);
  result.damages++;
}
process.stdout.write(`${JSON.stringify(result)}\n`);

async function makeOriginal() {
  mkdirSync(directory);
  const records = openRecords(directory);
  makeRecords(records, 200);
  const content = contentOf(records);
  await records.close();
  const { path } = records.file;
  return { path, content, bytes: readFileSync(path) };
}

async function tryDamage(damaged: Buffer): Promise<void> {
  rmSync(directory, { recursive: true });
  mkdirSync(directory);
  writeFileSync(path, damaged);

  const records = openRecords(directory);
  const found = contentOf(records);
  const isLost = records.file.follows !== undefined;
  const expected = isLost ? {} : content;
  if (!isDeepStrictEqual(found, expected)) {
    throw new Error(isLost ? 'a new file holds records' : 'records have changed unnoticed');
  }
  addSome(records, 50);
  const problem = problemOf(records.file.path);
  if (problem !== undefined) {
    throw new Error(`damaged by writing: ${problem}`);
  }
  await records.close();
  if (readdirSync(directory).some((name) => name.startsWith('damaged-')) !== isLost) {
    throw new Error('what was set aside is not there');
  }
  result[isLost ? 'asides' : 'intact']++;
}
