import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { open } from 'lmdb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { attempt } from '../../../src/errors/index.js';
import { Store } from '../../../src/store/index.js';
import { sealedTable } from '../../../src/store/seal.js';
import { asThrown } from '../../support/refusals.js';
import { openStore, temporaryDirectory } from '../../support/store.js';

const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const fileIn = (directory: string) => join(directory, `state-${boot}.mdb`);
const stateIn = (directory: string) => join(directory, 'state');

/** A run directory with some records, and nobody who has them open. */
async function usedDirectory(): Promise<string> {
  const directory = temporaryDirectory();
  const store = Store.open(directory, stateIn(directory));
  store.transaction(({ names }) => {
    for (let i = 0; i < 500; i++) {
      names.putSync(`name${i}`, 'x'.repeat(64));
    }
  });
  await store.close();
  return directory;
}

const name = (store: Store, name: string) => store.read(({ names }) => names.get(name));

describe('Store', () => {
  test('keeps what was written', async () => {
    expect(name(openStore(await usedDirectory()), 'name7')).toBe('x'.repeat(64));
  });

  test('a transaction that throws has written nothing', async () => {
    const store = openStore(await usedDirectory());
    const work = () =>
      store.transaction(({ names }) => {
        names.putSync('other', 'id');
        names.removeSync('name7');
        expect([names.get('other'), names.get('name7')]).toEqual(['id', undefined]);
        throw new Error('no');
      });
    expect(work).toThrow('no');
    expect([name(store, 'other'), name(store, 'name7')]).toEqual([undefined, 'x'.repeat(64)]);
  });

  test('two of one process share what they write, and one may close before the other', async () => {
    const directory = temporaryDirectory();
    const [one, other] = [Store.open(directory, stateIn(directory)), openStore(directory)];
    one.transaction(({ names }) => names.putSync('web', 'id'));
    expect(name(other, 'web')).toBe('id');
    await one.close();
    other.transaction(({ names }) => names.putSync('api', 'id'));
    expect([name(other, 'web'), name(other, 'api')]).toEqual(['id', 'id']);
  });

  test('the directory is made for its owner alone, and known by its real path', () => {
    const directory = join(temporaryDirectory(), 'a', 'b');
    openStore(directory);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    const link = join(temporaryDirectory(), 'link');
    symlinkSync(directory, link);
    expect(openStore(link).directory).toBe(directory);
  });

  test('a directory that cannot be is refused as the kernel refuses it', () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(() => Store.open(join(file, 'run'), stateIn(directory))).toThrow(
      expect.objectContaining({ code: 'ENOTDIR', operation: 'mkdir', object: join(file, 'run') }),
    );
  });

  test('records of an earlier boot are removed unread, and nothing else', async () => {
    const directory = await usedDirectory();
    const others = [
      'state-00000000-0000-4000-8000-000000000000.mdb',
      'state-00000000-0000-4000-8000-000000000000.mdb-lock',
    ];
    for (const other of others) {
      writeFileSync(join(directory, other), 'torn');
    }
    writeFileSync(join(directory, 'notes.txt'), 'ours');
    expect(name(openStore(directory), 'name7')).toBe('x'.repeat(64));
    expect(readdirSync(directory).sort()).toEqual(['notes.txt', `state-${boot}.mdb`, `state-${boot}.mdb-lock`]);
  });

  test('who goes on without a record that was altered does not vouch for the others', async () => {
    const directory = await usedDirectory();
    const root = open({ path: fileIn(directory), noSync: true, maxDbs: 16 });
    root.openDB({ name: 'names', encoding: 'binary' }).putSync('name7', Buffer.from('something else'));
    await root.close();
    // As one does that has not looked at it.
    utimesSync(fileIn(directory), 1, 1);
    const store = Store.open(directory, stateIn(directory));
    expect(store.read(({ names }) => attempt(() => names.get('name7')))).toMatchObject({
      code: 'ESTATECORRUPT',
      message: `the state in "${directory}" is damaged: a record of its names has been altered`,
    });
    await store.close();
    const next = Store.open(directory, stateIn(directory));
    onTestFinished(() => next.close());
    expect(next.damage).toBe('a record has been altered');
  });

  test('records that a newer netplumb has written are refused and left alone', async () => {
    const directory = await usedDirectory();
    const root = open({ path: fileIn(directory), noSync: true, maxDbs: 16 });
    sealedTable<number, string>(root, 'meta', asThrown).putSync('format', 3);
    await root.close();
    const before = readFileSync(fileIn(directory));
    expect(() => Store.open(directory, stateIn(directory))).toThrow(
      expect.objectContaining({ code: 'ESTATEVERSION', message: expect.stringMatching(/format 3, known up to 2/) }),
    );
    expect(readFileSync(fileIn(directory))).toEqual(before);
  });
});

describe('a damaged file is set aside, and new records are begun', () => {
  const asideIn = (directory: string) => join(directory, `damaged-${boot}.mdb`);
  const setAside = async (directory: string, bytes: Uint8Array) => {
    writeFileSync(fileIn(directory), bytes);
    const store = Store.open(directory, stateIn(directory));
    expect(store.damage).toMatch(/^(it|a) /);
    expect(name(store, 'name7')).toBeUndefined();
    store.transaction(({ names }) => names.putSync('web', 'id'));
    await store.close();
    expect(readFileSync(asideIn(directory))).toEqual(Buffer.from(bytes));
    const again = Store.open(directory, stateIn(directory));
    expect(name(again, 'web')).toBe('id');
    await again.close();
    for (const name of readdirSync(directory)) {
      rmSync(join(directory, name));
    }
  };

  test('when it is something else altogether', async () => {
    const directory = temporaryDirectory();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 20_000 }), (bytes) => setAside(directory, bytes)),
      { numRuns: 20 },
    );
  });

  test('when it was cut short', async () => {
    const directory = await usedDirectory();
    const whole = readFileSync(fileIn(directory));
    for (const size of [20_000, 8192, 8191, 4096, 52, 0]) {
      await setAside(directory, whole.subarray(0, size));
    }
  });

  test.each([0, 4096])('when its page at %i was overwritten', async (offset) => {
    const directory = await usedDirectory();
    await setAside(directory, readFileSync(fileIn(directory)).fill(0, offset, offset + 64));
  });

  test('not when it is none: that is refused', () => {
    const directory = temporaryDirectory();
    mkdirSync(fileIn(directory));
    expect(() => Store.open(directory, stateIn(directory))).toThrow(expect.objectContaining({ code: 'EISDIR' }));
  });

  test('whoever still has the old one open can neither read nor write any more', async () => {
    const directory = await usedDirectory();
    const store = openStore(directory);
    renameSync(fileIn(directory), asideIn(directory));
    expect(openStore(directory).damage).toBeDefined();
    const replaced = expect.objectContaining({ code: 'ESTATEREPLACED' });
    expect(() => name(store, 'name7')).toThrow(replaced);
    expect(() => store.transaction(({ names }) => names.putSync('web', 'id'))).toThrow(replaced);
  });

  test('what is written while that happens is not said to be on record', async () => {
    const directory = await usedDirectory();
    const store = openStore(directory);
    const work = () => renameSync(fileIn(directory), asideIn(directory));
    expect(() => store.transaction(work)).toThrow(expect.objectContaining({ code: 'ESTATEREPLACED' }));
  });
});
