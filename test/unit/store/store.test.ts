import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { open } from 'lmdb';
import { describe, expect, test } from 'vitest';
import { Store } from '../../../src/store/index.js';
import { openStore, temporaryDirectory } from '../../support/store.js';

const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const fileIn = (directory: string) => join(directory, `state-${boot}.mdb`);
const stateIn = (directory: string) => join(directory, 'state');

const damaged = expect.objectContaining({ code: 'ESTATECORRUPT' });

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

  test('records that a newer netplumb has written are refused and left alone', async () => {
    const directory = await usedDirectory();
    const root = open({ path: fileIn(directory), noSync: true, maxDbs: 16 });
    root.openDB<number, string>({ name: 'meta' }).putSync('format', 2);
    await root.close();
    const before = readFileSync(fileIn(directory));
    expect(() => Store.open(directory, stateIn(directory))).toThrow(
      expect.objectContaining({ code: 'ESTATEVERSION', message: expect.stringMatching(/format 2, known up to 1/) }),
    );
    expect(readFileSync(fileIn(directory))).toEqual(before);
  });
});

describe('a damaged file is refused and left as it is', () => {
  const refused = (directory: string) => {
    const before = readFileSync(fileIn(directory));
    expect(() => Store.open(directory, stateIn(directory))).toThrow(damaged);
    expect(readFileSync(fileIn(directory))).toEqual(before);
  };

  test('when it is something else altogether', () => {
    const directory = temporaryDirectory();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20_000 }), (bytes) => {
        writeFileSync(fileIn(directory), bytes);
        refused(directory);
      }),
    );
  });

  test('when it was cut short within its first two pages', async () => {
    const directory = await usedDirectory();
    for (const size of [8191, 4096, 4095, 52, 51, 1]) {
      truncateSync(fileIn(directory), size);
      refused(directory);
    }
  });

  test.each([0, 4096])('when its page at %i was overwritten', async (offset) => {
    const directory = await usedDirectory();
    const bytes = readFileSync(fileIn(directory));
    writeFileSync(fileIn(directory), bytes.fill(0, offset, offset + 64));
    refused(directory);
  });

  test('when it is none', () => {
    const directory = temporaryDirectory();
    mkdirSync(fileIn(directory));
    expect(() => Store.open(directory, stateIn(directory))).toThrow(expect.objectContaining({ code: 'EISDIR' }));
  });
});
