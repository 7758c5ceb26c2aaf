/**
 * One trial of `removal.ts`: what an attach takes while nothing else happens, and while COUNT others are being removed, until the
 * kernel is done with those. Attaches come at a fixed rate, whether the one before is done or not; the time of each counts from
 * when it was due. Prints the microseconds of each as one JSON document.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/removal-latency.ts COUNT INTERVAL-MS
 */
import { setTimeout as delay } from 'node:timers/promises';
import { openHost } from 'netplumb';
import { makeSandboxes } from '../lib/floor.js';
import { attachMany, settled, throwFirst, withoutNames } from '../lib/many.js';

export interface RemovalLatencyTrial {
  readonly quiet_us: readonly number[];
  readonly during_us: readonly number[];
  /** Until `detachAll` has returned, and until the kernel was done. */
  readonly detach_ms: number;
  readonly gone_ms: number;
}

/** So many attaches while it is quiet, and at most so many while others are removed. */
const quiet = 250;
const mostDuring = 700;

const [count, intervalMs] = [Number(process.argv[2]), Number(process.argv[3])];
makeSandboxes(quiet + mostDuring);
await using host = await openHost({ runDir: '/run/netplumb' });
await host.detachAll(await attachMany(host, 20, 'warm'));
const ids = await attachMany(host, count, 'mass');
await host.networks.create({ name: 'arriving', options: withoutNames });
await settled();

let made = 0;
const quietUs = await arrive(() => made < quiet);
await settled();
const started = performance.now();
let detachMs = Number.NaN;
let goneMs = Number.NaN;
const removal = (async () => {
  throwFirst(await host.detachAll(ids));
  detachMs = performance.now() - started;
  await settled();
  goneMs = performance.now() - started;
})();
const duringUs = await arrive(() => Number.isNaN(goneMs) && made < quiet + mostDuring);
await removal;
// Else the name server lives on for those that are left, and with it all the namespaces.
throwFirst(await host.detachAll(host.sandboxes().map(({ id }) => id)));

const trial: RemovalLatencyTrial = { quiet_us: quietUs, during_us: duringUs, detach_ms: detachMs, gone_ms: goneMs };
process.stdout.write(`${JSON.stringify(trial)}\n`);

/** Attaches one after the other at the rate, for as long as `more` says; microseconds of each. */
async function arrive(more: () => boolean): Promise<number[]> {
  const begun = performance.now();
  const arrivals: Promise<number>[] = [];
  for (; more(); made++) {
    const due = begun + arrivals.length * intervalMs;
    await delay(Math.max(0, due - performance.now()));
    const attaching = host.attach({ netns: `/run/netns/s${made}`, network: 'arriving' });
    arrivals.push(attaching.then(() => 1000 * (performance.now() - due)));
  }
  return Promise.all(arrivals);
}
