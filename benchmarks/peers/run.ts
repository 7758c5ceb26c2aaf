import { runModuleApart } from '../lib/apart.js';
import { buildFloor, settle } from '../lib/floor.js';
import type { Peer, PeerTimes } from './peer.js';

/** What one trial prints. */
export interface PeerResult extends PeerTimes {
  readonly count: number;
}

/** One who was measured, or why not. Never a made-up figure. */
export interface PeerRuns {
  readonly peer: Peer;
  /** Of what is installed. */
  readonly version?: string;
  /** One for each round that went well. */
  readonly runs: readonly PeerResult[];
  /** "not installed", or what went wrong first: endpoints that were not made, not complete, or not removed. */
  readonly problem?: string;
}

export interface PeerOptions {
  /** Endpoints of each trial, 1 to `mostEndpoints`: the same for all. */
  readonly count: number;
  readonly rounds: number;
  /** Told of each trial as it ends. */
  readonly onTrial?: (name: string, round: number) => void;
}

/**
 * Measures each of `peers` once a round, in turn, each trial in a process and a throw-away host of its own that the kernel has
 * done with before the next begins. Each round begins with another. Who fails once is not asked again.
 */
export async function runPeers(
  peers: readonly Peer[],
  { count, rounds, onTrial }: PeerOptions,
): Promise<readonly PeerRuns[]> {
  // Here, so that no trial finds itself compiling.
  buildFloor();
  const asked = peers.map(prepared);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < asked.length; turn++) {
      const one = asked[(round + turn) % asked.length];
      if (one && one.problem === undefined) {
        await settle();
        await tryOnce(one, count);
        onTrial?.(one.peer.name, round);
      }
    }
  }
  await settle();
  return asked.map(({ problem, version, ...rest }) => ({
    ...rest,
    ...(version !== undefined && { version }),
    ...(problem !== undefined && { problem }),
  }));
}

interface Asked {
  readonly peer: Peer;
  readonly version: string | undefined;
  readonly runs: PeerResult[];
  problem: string | undefined;
}

function prepared(peer: Peer): Asked {
  const version = peer.version();
  const asked: Asked = { peer, version, runs: [], problem: version === undefined ? 'not installed' : undefined };
  try {
    if (version !== undefined) {
      peer.prepare?.();
    }
  } catch (error) {
    asked.problem = `not built: ${(error as Error).message.trim()}`;
  }
  return asked;
}

async function tryOnce(asked: Asked, count: number): Promise<void> {
  try {
    asked.runs.push(await runModuleApart<PeerResult>('trials/peer', [asked.peer.name, `${count}`]));
  } catch (error) {
    asked.problem = (error as Error).message.trim();
  }
}
