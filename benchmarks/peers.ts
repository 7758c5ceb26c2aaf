/**
 * The rivals by themselves: `peers.ts [--count=N] [--json]`. attach-1000.ts --peers measures them beside netplumb.
 */

import { parseArgs } from 'node:util';
import { barChart } from './lib/chart.js';
import { environment } from './lib/environment.js';
import { mostEndpoints } from './peers/peer.js';
import { runPeers } from './peers/run.js';

const { values } = parseArgs({ options: { count: { type: 'string' }, json: { type: 'boolean', default: false } } });

const count = values.count === undefined ? undefined : Number(values.count);
if (count !== undefined && !(Number.isInteger(count) && count >= 1 && count <= mostEndpoints)) {
  console.error(`--count takes a number from 1 to ${mostEndpoints}, not '${values.count}'`);
  process.exit(2);
}
const before = environment();
const results = await runPeers({
  ...(count !== undefined && { count }),
  onResult: ({ name }) => process.stderr.isTTY && console.error(`${name} done`),
});

if (values.json) {
  console.log(JSON.stringify({ environment: before, peers: results }, null, 2));
} else {
  const measured = results.flatMap((result) => ('absent' in result ? [] : [result]));
  if (measured.length > 0) {
    console.log('milliseconds for each endpoint');
    const bars = measured.map(({ name, version, ms_per_endpoint: value }) => ({ label: `${name} ${version}`, value }));
    console.log(barChart(bars, { unit: 'ms', digits: 1 }));
  }
  for (const result of results) {
    if ('absent' in result) {
      console.log(`${result.name}: ${result.absent}`);
    }
  }
}
