import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { afterEach, beforeEach, expect } from 'vitest';
import { ip } from './netns.js';

/** What this process and its network namespace hold that a test may have left behind. */
interface Holdings {
  /** Names in the namespace of the tests themselves. */
  readonly links: readonly string[];
  /** Files under /run/netns. */
  readonly netns: readonly string[];
  /** Descriptors of this process on network namespaces, sockets and event counters. */
  readonly descriptors: Readonly<Record<string, number>>;
  /** Threads of the native engine. */
  readonly engines: number;
}

/** Makes every test of the file fail that leaves links, namespaces, descriptors or engine threads behind. */
export function expectNothingLeft(): void {
  let before: Holdings;
  beforeEach(() => {
    before = holdings();
  });
  // The kernel removes the links of a dying namespace behind our back.
  afterEach(() => expect.poll(holdings, { timeout: 5000 }).toEqual(before));
}

/** See Holdings. */
export function holdings(): Holdings {
  return {
    links: ip<{ ifname: string }>('link').map(({ ifname }) => ifname),
    netns: namesIn('/run/netns'),
    descriptors: descriptors(),
    engines: engineThreads(),
  };
}

function descriptors(): Record<string, number> {
  const counts: Record<string, number> = { 'anon_inode:[eventfd]': 0, net: 0, socket: 0 };
  for (const fd of namesIn('/proc/self/fd')) {
    const kind = targetOf(`/proc/self/fd/${fd}`).replace(/:\[\d+\]$/, '');
    if (kind in counts) {
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
  }
  return counts;
}

function engineThreads(): number {
  return namesIn('/proc/self/task').filter((task) => textOf(`/proc/self/task/${task}/comm`) === 'netplumb\n').length;
}

function namesIn(directory: string): string[] {
  return orGone(() => readdirSync(directory).sort(), []);
}

function targetOf(path: string): string {
  return orGone(() => readlinkSync(path), '');
}

function textOf(path: string): string {
  return orGone(() => readFileSync(path, 'utf8'), '');
}

/** `gone` for what is no longer there: descriptors and threads come and go while they are listed. */
function orGone<Found>(look: () => Found, gone: Found): Found {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      return gone;
    }
    throw error;
  }
}
