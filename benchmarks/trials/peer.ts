/**
 * One trial of one of `peers/index.ts`, in a process and namespaces of its own. Prints one JSON document.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/peer.ts NAME COUNT
 */

import { execFileSync } from 'node:child_process';
import { makeSandboxes } from '../lib/floor.js';
import { peers } from '../peers/index.js';
import { endpointSpecs, type Peer } from '../peers/peer.js';
import type { PeerResult } from '../peers/run.js';
import { verifyEndpoints, verifyRemoval } from '../peers/verify.js';

const [, , name, countText] = process.argv;
const found = peers.find((candidate) => candidate.name === name);
if (!found) {
  throw new Error(`no such rival: ${name}; there are: ${peers.map((candidate) => candidate.name).join(', ')}`);
}
process.stdout.write(`${JSON.stringify(await measure(found, Number(countText)))}\n`);

async function measure(peer: Peer, count: number): Promise<PeerResult> {
  const endpoints = endpointSpecs(count);
  if (peer.apart) {
    return { count, ...(await peer.measure(endpoints, () => undefined)) };
  }
  makeSandboxes(count);
  if (peer.ipv6Off) {
    for (const { sandbox } of endpoints) {
      switchIpv6Off(sandbox);
    }
  }
  const times = await peer.measure(endpoints, () => verifyEndpoints(endpoints));
  verifyRemoval(endpoints);
  return { count, ...times };
}

/** For interfaces to come. */
function switchIpv6Off(sandbox: string): void {
  const command = 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6';
  execFileSync('ip', ['netns', 'exec', sandbox, 'sh', '-c', command]);
}
