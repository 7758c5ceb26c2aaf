import { runModuleApart } from '../lib/apart.js';
import { buildFloor, settle } from '../lib/floor.js';
import { peers } from './index.js';
import type { Peer } from './peer.js';

/** A rival that was measured. */
export interface PeerResult {
  readonly name: string;
  readonly version: string;
  readonly count: number;
  readonly ms_per_endpoint: number;
}

/** A rival that was not: not installed, or its endpoints were not made or not complete. Never a made-up figure. */
export interface PeerAbsent {
  readonly name: string;
  readonly absent: string;
}

export interface PeerOptions {
  /** Endpoints of each rival, at most 250; else each rival's own number. */
  readonly count?: number;
  /** Which of them; else all. */
  readonly isMeant?: (peer: Peer) => boolean;
  /** Told of each result as it comes. */
  readonly onResult?: (result: PeerResult | PeerAbsent) => void;
}

/** Measures every rival in turn, each in a process and a throw-away host of its own. */
export async function runPeers({
  count,
  isMeant = () => true,
  onResult,
}: PeerOptions = {}): Promise<(PeerResult | PeerAbsent)[]> {
  // Here, so that no trial finds itself compiling.
  buildFloor();
  const results: (PeerResult | PeerAbsent)[] = [];
  for (const { name, count: usual } of peers.filter(isMeant)) {
    const result = await runModuleApart<PeerResult | PeerAbsent>('trials/peer', [name, `${count ?? usual}`]);
    results.push(result);
    onResult?.(result);
    await settle();
  }
  return results;
}
