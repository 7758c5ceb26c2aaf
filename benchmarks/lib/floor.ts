/** The floor program (benchmarks/floor): built when needed, and run. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { root, runApart } from './apart.js';

/** The document that the floor program prints; times as the names say. */
export interface FloorRun {
  readonly count: number;
  readonly variant: string;
  readonly attach: {
    readonly total_ms: number;
    readonly p50_us: number;
    readonly p99_us: number;
    readonly max_us: number;
    readonly first_tenth_us: number;
    readonly last_tenth_us: number;
    /** Of every endpoint, in order. */
    readonly each_us: readonly number[];
    /** Medians. */
    readonly steps_us: Readonly<Record<'open' | 'link' | 'owner' | 'address' | 'port' | 'ready' | 'close', number>>;
  };
  readonly detach: { readonly way: string; readonly total_ms: number };
}

const sources = join(root, 'benchmarks/floor');
const directory = join(root, 'out/benchmarks');

/**
 * Compiles the floor program unless it is there. Needs g++. Returns its path, which says what it was made of: trees and runs that share the
 * directory never take each other's for their own.
 */
export function buildFloor(): string {
  const files = readdirSync(sources).filter((file) => /\.(cc|h)$/.test(file));
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    hash.update(`${file}\n`).update(readFileSync(join(sources, file)));
  }
  const program = join(directory, `floor-${hash.digest('hex').slice(0, 12)}`);
  if (!existsSync(program)) {
    mkdirSync(directory, { recursive: true });
    const units = files.filter((file) => file.endsWith('.cc')).map((file) => join(sources, file));
    // Built aside and swapped in: another run may be building it too.
    const fresh = `${program}.${process.pid}`;
    execFileSync('g++', ['-std=c++20', '-O2', '-o', fresh, ...units]);
    renameSync(fresh, program);
  }
  return program;
}

/**
 * One run of the floor: `count` endpoints on one bridge (on several above a thousand), made, and removed all at once
 * ('group') or by one `ip link del` after the other ('command').
 */
export async function runFloor(count: number, removal: 'group' | 'command' = 'group'): Promise<FloorRun> {
  return JSON.parse(await runApart(buildFloor(), [`--count=${count}`, `--removal=${removal}`])) as FloorRun;
}

/** The same as `runFloor` from a process that is in a throw-away host already: the program makes one more of its own. */
export function runFloorHere(count: number): FloorRun {
  return JSON.parse(execFileSync(buildFloor(), [`--count=${count}`], { encoding: 'utf8' })) as FloorRun;
}

/**
 * Makes and pins `count` empty sandboxes /run/netns/s0, s1… in the namespaces of this process. Only for a process
 * that `runApart` started.
 */
export function makeSandboxes(count: number): void {
  execFileSync(buildFloor(), [`--sandboxes=${count}`]);
}

/**
 * Waits until the kernel has finished destroying the namespaces of runs that are over. It does so behind everybody's back
 * and holds the RTNL lock meanwhile, which the next run would pay for.
 */
export async function settle(): Promise<void> {
  await runApart(buildFloor(), ['--settle']);
}
