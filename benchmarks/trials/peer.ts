/**
 * One trial of one rival, in a process and namespaces of its own. Prints one JSON document.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/peer.ts NAME COUNT
 */

import { makeSandboxes } from '../lib/floor.js';
import { peers } from '../peers/index.js';
import { endpointSpecs } from '../peers/peer.js';
import type { PeerAbsent, PeerResult } from '../peers/run.js';
import { verifyEndpoints } from '../peers/verify.js';

const [, , name, countText] = process.argv;
const peer = peers.find((candidate) => candidate.name === name);
if (!peer) {
  throw new Error(`no such rival: ${name}; there are: ${peers.map((candidate) => candidate.name).join(', ')}`);
}
console.log(JSON.stringify(await measure(Number(countText))));

async function measure(count: number): Promise<PeerResult | PeerAbsent> {
  const { name, attach, version } = peer as NonNullable<typeof peer>;
  const installed = version();
  if (installed === undefined) {
    return { name, absent: 'not installed' };
  }
  const endpoints = endpointSpecs(count);
  makeSandboxes(count);
  try {
    const milliseconds = await attach(endpoints);
    verifyEndpoints(endpoints);
    return { name, version: installed, count, ms_per_endpoint: milliseconds / count };
  } catch (error) {
    return { name, absent: `failed: ${(error as Error).message.trim()}` };
  }
}
