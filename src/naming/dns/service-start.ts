import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { native } from '../../netlink/native.js';
import { packageRoot } from '../../netlink/package.js';
import { lockName, type StartReport } from './control.js';
import { inheritedByChildren } from './service-descriptors.js';
import { ServiceLink } from './service-link.js';

/** What the name server has to know of its host. */
export interface ServerPlace {
  /** Run directory, absolute. */
  readonly directory: string;
  /** State directory, absolute. */
  readonly stateDir: string;
  /** File of the host's network namespace. */
  readonly netns: string;
  /** Name servers that others are asked at, if the host's options name any. */
  readonly dns?: readonly string[] | undefined;
}

/** Milliseconds between two looks for a server that somebody else is just starting, or that is just ending. */
const shortestPause = 2;
const longestPause = 32;

/** The descriptors that it is started with, beside the first three: its lock, and the pipe over which it reports. */
export const lockDescriptor = 3;
export const reportDescriptor = 4;

/** What a query leaves behind is gone with it: a small nursery is enough, and keeps the process a fifth smaller under load. */
const engineOptions = ['--max-semi-space-size=1'];

/**
 * Connects to the name server, and starts it if there is none. Of all who do so at once one has the lock, which the server takes
 * over: it is free again when the server has ended, in whatever way. Throws an Error that says why there is none, the kernel's
 * refusals as Node's errors, and the signal's reason.
 */
export async function connectOrStart(place: ServerPlace, signal: AbortSignal): Promise<ServiceLink> {
  for (let pause = shortestPause; ; pause = Math.min(2 * pause, longestPause)) {
    const link = await ServiceLink.open(place.directory, signal);
    if (link) {
      return link;
    }
    const lock = openSync(join(place.directory, lockName), 'a', 0o600);
    try {
      if (native().lockFile(lock)) {
        await startServer(place, lock, signal);
        pause = shortestPause;
        continue;
      }
    } finally {
      closeSync(lock);
    }
    await setTimeout(pause, undefined, { signal });
  }
}

/** Resolves when the server can be connected to. It lives on when this process ends. */
async function startServer(place: ServerPlace, lock: number, signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [...engineOptions, programPath(), ...programArguments(place)], {
    cwd: '/',
    // A session of its own: no terminal's signals.
    detached: true,
    env: { PATH: process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin' },
    stdio: ['ignore', 'ignore', 'ignore', lock, 'pipe'],
  });
  const abort = () => child.kill('SIGKILL');
  signal.addEventListener('abort', abort, { once: true });
  try {
    const report = await reportOf(child);
    signal.throwIfAborted();
    if (!report.isReady) {
      throw new Error(report.reason);
    }
  } finally {
    signal.removeEventListener('abort', abort);
    child.unref();
  }
}

function programArguments({ directory, stateDir, netns, dns = [] }: ServerPlace): string[] {
  return [
    ...[`--run-dir=${directory}`, `--state-dir=${stateDir}`, `--netns=${netns}`],
    ...dns.map((server) => `--dns=${server}`),
    ...inheritedByChildren()
      .filter((fd) => fd > reportDescriptor)
      .map((fd) => `--close=${fd}`),
  ];
}

/** The package's own, also for those who run its sources. */
function programPath(): string {
  return join(packageRoot(), 'dist/naming/dns/main.js');
}

/** What the server says when it has come so far; that it has ended, when it says nothing. */
function reportOf(child: ChildProcess): Promise<StartReport> {
  return new Promise((resolve, reject) => {
    let text = '';
    const pipe = child.stdio[reportDescriptor] as Readable | null;
    pipe?.setEncoding('utf8');
    pipe?.on('data', (data: string) => {
      text += data;
    });
    let report: StartReport | undefined;
    // The server closes its end when it has reported.
    pipe?.on('end', () => {
      report = parsed(text);
      if (report?.isReady) {
        resolve(report);
      }
    });
    pipe?.on('error', reject);
    child.on('error', reject);
    // After the end of the pipe: when nothing is left of it.
    child.on('close', (code, signal) => {
      const reason = `its process ended with ${signal ?? `status ${code}`} before it was ready`;
      resolve(report ?? { isReady: false, reason });
    });
  });
}

/** Nothing when it was killed before it had said all of it. */
function parsed(report: string): StartReport | undefined {
  try {
    return JSON.parse(report) as StartReport;
  } catch {
    return undefined;
  }
}
