import { closeSync, constants, openSync } from 'node:fs';
import type { Tables } from '../../store/index.js';

/** In the run directory: whoever has it locked is the name server, or about to become it. It stays there (see firewall/lock.ts). */
export const lockName = 'names.lock';

/** In the run directory: where the name server is spoken to, one JSON document a line. */
const socketName = 'names.sock';

/** Counter by which all know the name server that others may rely on: the number that it tells whoever connects. */
const counter = 'names';

/** The number of the server that there is. While it is on record, that server does not end of itself. */
export function instanceOnRecord({ counters }: Tables): number | undefined {
  return counters.get(counter);
}

/** In a transaction, as are the next. */
export function recordInstance({ counters }: Tables, instance: number): void {
  counters.putSync(counter, instance);
}

export function forgetInstance({ counters }: Tables, instance: number): void {
  if (counters.get(counter) === instance) {
    counters.removeSync(counter);
  }
}

/** What the server says first, and `end` last when it ends because nobody needs it. */
export interface Greeting {
  readonly instance: number;
}

/** Asks for a network, by id, to be served from now on until it is removed. */
export interface ListenRequest {
  readonly request: number;
  readonly network: string;
}

/** What became of a request. */
export interface ListenReply {
  readonly request: number;
  /** Why the network is not served. */
  readonly problem?: ListenProblem;
}

/** What the kernel refused the server, in words that cross between processes. */
export interface ListenProblem {
  /** Positive. */
  readonly errno: number;
  /** `172.18.0.1:53/udp` */
  readonly object: string;
  /** Who has that port: `dnsmasq (pid 4711)`. */
  readonly user?: string;
}

export interface Farewell {
  readonly end: true;
}

/** The same in the other direction, over the pipe that the server is started with: once, when it can be spoken to or gives up. */
export type StartReport = { readonly isReady: true } | { readonly isReady: false; readonly reason: string };

/**
 * Runs `work` with a path of the control socket that is short enough for the kernel (unix(7): 108 bytes), however deep the run
 * directory is. The path is good for as long as `work` takes.
 */
export function withSocketPath<Result>(directory: string, work: (path: string) => Result): Result {
  const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return work(socketPath(fd));
  } finally {
    closeSync(fd);
  }
}

/** The same by an open directory. */
export function socketPath(directory: number): string {
  return `/proc/self/fd/${directory}/${socketName}`;
}
