import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openStore, temporaryDirectory } from '../../support/store.js';

const program = fileURLToPath(new URL('writer-child.ts', import.meta.url));
const command = (...task: string[]) => ['--import', 'tsx', program, ...task];

describe('the records of several processes', () => {
  test('a look sees what another process has just written', () => {
    const directory = temporaryDirectory();
    const store = openStore(directory);
    const look = () => store.read(({ names }) => names.get('web'));
    expect(look()).toBeUndefined();
    // No turn of the event loop in between, in which LMDB would let go of what it has read.
    spawnSync(process.execPath, command(directory, 'name', 'web'), { stdio: 'inherit' });
    expect(look()).toBe('id');
  });

  test('a number is given out once, whoever asks', async () => {
    const directory = temporaryDirectory();
    const children = [0, 1, 2].map(() =>
      spawn(process.execPath, command(directory, 'count', '300'), { stdio: ['ignore', 'ignore', 'inherit'] }),
    );
    const statuses = await Promise.all(children.map((child) => once(child, 'exit')));
    expect(statuses.map(([status]) => status)).toEqual([0, 0, 0]);
    const names = openStore(directory).read((tables) => [...tables.names.getRange({})]);
    expect(names.map(({ key }) => Number(key))).toEqual(Array.from({ length: 900 }, (_, i) => 1_000_000 + i));
  });

  test('one that is killed in a transaction has written nothing, and holds up nobody', () => {
    const directory = temporaryDirectory();
    const store = openStore(directory);
    const { signal } = spawnSync(process.execPath, command(directory, 'die', 'web'), { stdio: 'inherit' });
    expect(signal).toBe('SIGKILL');
    store.transaction(({ names }) => names.putSync('api', 'id'));
    expect(store.read(({ names }) => [names.get('web'), names.get('api')])).toEqual([undefined, 'id']);
  });
});
