/**
 * Everybody who makes endpoints, beside the floor and ourselves: the same endpoints, as many of them, in turn over several rounds, each
 * trial in a process and a throw-away host of its own. Then they remove them again. What is made is looked at before it counts.
 *
 *   peers.ts [--count=N] [--rounds=N] [--quick] [--json] [--check]
 *
 * Needs root and g++. `scripts/setup-peers` installs the others; who is not installed is said.
 */

import { showTrial } from './lib/progress.js';
import { type OptionTable, type OptionValues, printWhenMain, type Report } from './lib/report.js';
import { peers } from './peers/index.js';
import { mostEndpoints } from './peers/peer.js';
import { peerReport } from './peers/report.js';
import { runPeers } from './peers/run.js';

export const options = {
  /** The slow ones take 30 to 100 ms for each, and again to remove it. */
  count: { usual: 300, quick: 2, most: mostEndpoints },
  rounds: { usual: 3, quick: 1, most: 100 },
} satisfies OptionTable;

export async function measure({ count, rounds }: OptionValues<typeof options>): Promise<Report> {
  const chosen = peers.filter(({ publishes }) => !publishes);
  return peerReport(await runPeers(chosen, { count, rounds, onTrial: showTrial }), {
    name: 'peers',
    title: `${count} endpoints on one bridge, made and removed; medians of ${rounds} rounds`,
    base: 'netplumb, attachAll',
    unbeaten: ['the floor'],
  });
}

await printWhenMain(import.meta.url, options, measure);
