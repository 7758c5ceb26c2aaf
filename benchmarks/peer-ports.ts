/**
 * Everybody who publishes ports, as in peers.ts: each endpoint has a port of the host that leads to it.
 *
 *   peer-ports.ts [--count=N] [--rounds=N] [--quick] [--json] [--check]
 */
import { showTrial } from './lib/progress.js';
import { type OptionTable, type OptionValues, printWhenMain, type Report } from './lib/report.js';
import { peers } from './peers/index.js';
import { mostEndpoints } from './peers/peer.js';
import { peerReport } from './peers/report.js';
import { runPeers } from './peers/run.js';

export const options = {
  count: { usual: 300, quick: 2, most: mostEndpoints },
  rounds: { usual: 3, quick: 1, most: 100 },
} satisfies OptionTable;

export async function measure({ count, rounds }: OptionValues<typeof options>): Promise<Report> {
  const chosen = peers.filter(({ publishes }) => publishes);
  return peerReport(await runPeers(chosen, { count, rounds, onTrial: showTrial }), {
    name: 'peer-ports',
    title: `${count} endpoints on one bridge with one published port each, made and removed; medians of ${rounds} rounds`,
    base: 'netplumb, one port, attachAll',
    unbeaten: [],
  });
}

await printWhenMain(import.meta.url, options, measure);
