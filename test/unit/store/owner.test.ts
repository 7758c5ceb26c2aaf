import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isDead, newOwner, nobody } from '../../../src/store/index.js';
import { temporaryDirectory } from '../../support/store.js';

const program = fileURLToPath(new URL('owner-child.ts', import.meta.url));
const node = [process.execPath, '--import', 'tsx', program].join(' ');

/** Runs a shell command that at some time prints an owner; all of its processes end with the test. */
async function owner(command: string): Promise<{ child: ChildProcess; owner: string }> {
  const child = spawn('sh', ['-c', command], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  onTestFinished(() => void process.kill(-(child.pid ?? 0), 'SIGKILL'));
  const [line] = await once(createInterface(child.stdout as Readable), 'line');
  return { child, owner: line as string };
}

describe('isDead', () => {
  test('this process lives', () => {
    expect(isDead(newOwner())).toBe(false);
    expect(newOwner()).not.toBe(newOwner());
  });

  test('nobody is dead', () => {
    expect(isDead(nobody)).toBe(true);
  });

  test('another process lives until it ends, and so it does as a zombie', async () => {
    // The shell becomes a program that never asks how its child came to its end. What it starts in the background reads /dev/null,
    // and ends, unless it is given the shell's input by another number.
    const { owner: other } = await owner(`exec 3<&0; ${node} <&3 & exec sleep 1000`);
    expect(isDead(other)).toBe(false);
    process.kill(Number(other.split(':')[1]), 'SIGKILL');
    await expect.poll(() => isDead(other)).toBe(true);
  });

  test('a process that was given the PID of another is not that one', () => {
    const [namespace, pid, started] = newOwner().split(':');
    expect(isDead(`${namespace}:${pid}:${Number(started) - 1}:0`)).toBe(true);
  });

  test('of another PID namespace nothing can be known', () => {
    const [namespace, , started] = newOwner().split(':');
    expect(isDead(`${Number(namespace) + 1}:4194304:${started}:0`)).toBe(false);
  });

  test('a name that looks like the rest of the line changes nothing', async () => {
    const strange = join(temporaryDirectory(), ') Z 1 (');
    copyFileSync(process.execPath, strange);
    const { owner: other } = await owner(`exec "${strange}" --import tsx ${program}`);
    expect(isDead(other)).toBe(false);
  });
});
