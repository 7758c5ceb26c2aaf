/**
 * One trial of `removal.ts`: COUNT sandboxes that netplumb made, on as many bridges as they need, are removed by one `detachAll`;
 * prints how long that took, and how long until the kernel had nothing of them any more, as one JSON document.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/removal.ts COUNT
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openHost } from 'netplumb';
import { attachMany, settled, throwFirst } from '../lib/many.js';

export interface RemovalTrial {
  readonly attach_ms: number;
  /** Until `detachAll` has returned. */
  readonly detach_ms: number;
  /** Until namespaces and links were gone, from the same instant. */
  readonly gone_ms: number;
  /** The longest stall of the event loop while `detachAll` was under way. */
  readonly loop_delay_max_ms: number;
}

const count = Number(process.argv[2]);
await using host = await openHost({ runDir: '/run/netplumb' });
// Code that was never run is slower.
await host.detachAll(await attachMany(host, 20, 'warm'));
await settled();

const attachStarted = performance.now();
const ids = await attachMany(host, count, 'mass');
const attachMs = performance.now() - attachStarted;
await settled();

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const started = performance.now();
throwFirst(await host.detachAll(ids));
const detachMs = performance.now() - started;
delay.disable();
await settled();
const goneMs = performance.now() - started;

const trial: RemovalTrial = {
  attach_ms: attachMs,
  detach_ms: detachMs,
  gone_ms: goneMs,
  loop_delay_max_ms: delay.max / 1e6,
};
process.stdout.write(`${JSON.stringify(trial)}\n`);
