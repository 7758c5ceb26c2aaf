import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { problemOf } from '../../../src/store/check-file.js';
import { damageOf } from '../../../src/store/state-file.js';
import { temporaryDirectory } from '../../support/store.js';
import { addSome, contentOf, makeRecords, openRecords, type Records } from './some-records.js';

const program = fileURLToPath(new URL('file-child.ts', import.meta.url));
const command = (...task: string[]) => ['--import', 'tsx', program, ...task];

function opened(directory: string): Records {
  const records = openRecords(directory);
  onTestFinished(() => records.close());
  return records;
}

/** The path of a file of records that is not open. */
async function closedFile(): Promise<string> {
  const records = openRecords(temporaryDirectory());
  makeRecords(records, 30);
  await records.close();
  return records.file.path;
}

/** Overwrites this text wherever it stands in a file, and leaves the time of the last change as it was. */
function alter(path: string, text: string): void {
  const { atimeMs, mtimeMs } = statSync(path);
  const altered = readFileSync(path, 'latin1').replaceAll(text, '?'.repeat(text.length));
  expect(altered).toContain('??');
  writeFileSync(path, altered, 'latin1');
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
}

const cut = (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 10_000));
const namesIn = (path: string) =>
  readdirSync(dirname(path))
    .filter((name) => !name.endsWith('-lock'))
    .sort();

describe('a damaged file of records', () => {
  test('is set aside, and the next one says so, to everyone', async () => {
    const path = await closedFile();
    cut(path);
    const { file, tables } = opened(dirname(path));
    expect(file.path).toBe(path.replace('.mdb', '.1.mdb'));
    expect(file.follows).toBe(path.replace('state-', 'damaged-'));
    expect(damageOf(file.follows ?? '')).toBe('it was cut short');
    expect([...(tables.names?.getRange({}) ?? [])]).toEqual([]);
    expect(opened(dirname(path)).file.follows).toBe(file.follows);
  });

  test('is one of three that are kept', async () => {
    const path = await closedFile();
    let current = path;
    for (let number = 1; number <= 5; number++) {
      cut(current);
      const records = openRecords(dirname(path));
      current = records.file.path;
      await records.close();
    }
    const stem = basename(path).replace('state-', '').replace('.mdb', '');
    expect(namesIn(path)).toEqual(
      [2, 3, 4].map((number) => `damaged-${stem}.${number}.mdb`).concat(`state-${stem}.5.mdb`),
    );
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith('-lock'))).toEqual([`state-${stem}.5.mdb-lock`]);
  });

  test('of an earlier boot goes, with all the others', async () => {
    const path = await closedFile();
    for (const kind of ['state', 'damaged']) {
      writeFileSync(`${dirname(path)}/${kind}-00000000-0000-0000-0000-000000000000.7.mdb`, 'old');
    }
    writeFileSync(`${dirname(path)}/state-of-the-art`, 'not ours');
    opened(dirname(path));
    expect(namesIn(path)).toEqual([basename(path), 'state-of-the-art']);
  });

  test('is noticed by who has it open when another process sets it aside', async () => {
    const path = await closedFile();
    const records = opened(dirname(path));
    records.file.demandCurrent();
    // The end of it is nothing that this process looks at.
    writeFileSync(path, Buffer.alloc(512, 7), { flag: 'r+' });
    expect(spawnSync(process.execPath, command(dirname(path), 'look'), { encoding: 'utf8' }).stdout).toContain(
      '.1.mdb',
    );
    expect(() => records.file.demandCurrent()).toThrow(expect.objectContaining({ code: 'ESTATEREPLACED' }));
  });

  test('that many processes open at once is set aside once; all go on in the same new one', async () => {
    const path = await closedFile();
    cut(path);
    const names = ['one', 'two', 'three', 'four'];
    const children = names.map((name) =>
      spawn(process.execPath, command(dirname(path), 'wait', name), { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    await Promise.all(children.map((child) => once(child.stdout, 'data')));
    for (const child of children) {
      child.stdin.write('go');
    }
    const said = await Promise.all(children.map(async (child) => (await text(child.stdout)).trim()));
    expect(said).toEqual(names.map(() => path.replace('.mdb', '.1.mdb')));
    expect(namesIn(path)).toEqual([
      basename(path).replace('state', 'damaged'),
      basename(path).replace('.mdb', '.1.mdb'),
    ]);
    expect(Object.values(contentOf(opened(dirname(path)))).flat()).toHaveLength(names.length);
  });

  const hasStrace = spawnSync('strace', ['-V']).error === undefined;
  test.skipIf(!hasStrace && process.env.CI !== 'true')(
    'is set aside by the next one when one is killed at that',
    async () => {
      const path = await closedFile();
      cut(path);
      for (const call of ['rename', 'unlink']) {
        // Before the change and before the removal of what is left from it.
        const kill = ['-f', '-o', '/dev/null', '-e', `inject=${call}:signal=SIGKILL`, process.execPath];
        expect(spawnSync('strace', [...kill, ...command(dirname(path), 'look')]).signal).toBe('SIGKILL');
      }
      expect(opened(dirname(path)).file.follows).toBe(path.replace('state-', 'damaged-'));
    },
  );
});

describe('a sound file of records', () => {
  test('is never taken for a damaged one while others write', { timeout: 30_000 }, async () => {
    const path = await closedFile();
    const writers = [0, 1].map(() => spawn(process.execPath, command(dirname(path), 'write', '2000')));
    await Promise.all(writers.map((child) => once(child.stdout, 'data')));
    let checks = 0;
    for (const ends = Promise.all(writers.map((child) => once(child, 'exit'))); ; checks++) {
      expect(problemOf(path)).toBeUndefined();
      const isOver = await Promise.race([
        ends.then(() => true),
        new Promise((resolve) => setTimeout(resolve, 5, false)),
      ]);
      if (isOver) {
        break;
      }
    }
    expect(checks).toBeGreaterThan(10);
    expect(problemOf(path)).toBeUndefined();
  });

  test('that its last user vouched for is not looked at; a record in it that was altered is noticed when it is read', async () => {
    const path = await closedFile();
    alter(path, 'sandbox-31');
    const { file, tables } = opened(dirname(path));
    expect(file.path).toBe(path);
    const read = () => [...(tables.sandboxes?.getRange({}) ?? []), ...(tables.names?.getRange({}) ?? [])];
    expect(read).toThrow('has been altered');
  });

  test('is looked at after somebody has died with it', async () => {
    const path = await closedFile();
    alter(path, 'sandbox-31');
    expect(spawnSync(process.execPath, command(dirname(path), 'die')).signal).toBe('SIGKILL');
    expect(opened(dirname(path)).file.follows).toBe(path.replace('state-', 'damaged-'));
  });

  test('is looked at after somebody has met something wrong in it', async () => {
    const path = await closedFile();
    alter(path, 'sandbox-31');
    const records = openRecords(dirname(path));
    records.file.doubt();
    await records.close();
    expect(opened(dirname(path)).file.follows).toBe(path.replace('state-', 'damaged-'));
  });

  test('is looked at after a change', async () => {
    const path = await closedFile();
    const records = openRecords(dirname(path));
    addSome(records, 1);
    await records.root.close();
    records.transactions.close();
    alter(path, 'sandbox-31');
    expect(opened(dirname(path)).file.follows).toBe(path.replace('state-', 'damaged-'));
  });
});
