/**
 * Whether a network costs the same however many there are: networks are made, listed and removed, one by one.
 *
 *   networks.ts [--count=N] [--rounds=N] [--json]
 *
 * Needs root. Everything happens in throw-away namespaces.
 */
import { parseArgs } from 'node:util';
import { runModuleApart } from './lib/apart.js';
import { environment } from './lib/environment.js';
import { settle } from './lib/floor.js';
import { meansOfParts, median } from './lib/statistics.js';
import type { NetworksTrial } from './trials/networks.js';

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const before = environment();
const trials: NetworksTrial[] = [];
for (let round = 0; round < Number(options.rounds); round++) {
  await settle();
  trials.push(await runModuleApart<NetworksTrial>('trials/networks', [options.count]));
}
const report = {
  count: Number(options.count),
  rounds: trials.length,
  environment: before,
  named: partsOf('named_us'),
  chosen: partsOf('chosen_us'),
  list: partsOf('list_us'),
  bare: partsOf('bare_us'),
  remove: partsOf('remove_us'),
  bare_remove: partsOf('bare_remove_us'),
};
if (options.json) {
  console.log(JSON.stringify(report, null, 2));
} else {
  console.log(`${report.count} networks, medians of ${report.rounds} rounds; microseconds for each\n`);
  for (const step of ['named', 'chosen', 'bare', 'list', 'remove', 'bare_remove'] as const) {
    const { first_tenth_us: first, last_tenth_us: last, growth } = report[step];
    console.log(
      `  ${step.padEnd(11)} first tenth ${first.toFixed(0)}, last tenth ${last.toFixed(0)}: ${growth.toFixed(2)}`,
    );
  }
}

function partsOf(step: keyof NetworksTrial) {
  const parts = trials.map((trial) => meansOfParts(trial[step], 10));
  const first = median(parts.map((one) => one[0] ?? 0));
  const last = median(parts.map((one) => one.at(-1) ?? 0));
  return { first_tenth_us: first, last_tenth_us: last, growth: last / first };
}
