/**
 * One trial of `tracing.ts`: attaches COUNT new sandboxes at once, ROUNDS times with nobody listening and as often with a listener
 * on every event of their channel, in turn, and prints one JSON document. Then looks at the channel when nobody listens, which is
 * all that an attach does then.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/tracing.ts COUNT ROUNDS
 */
import { tracingChannel } from 'node:diagnostics_channel';
import { traceAttach } from '../../src/endpoint/index.js';
import { type AttachTrace, openHost } from '../../src/index.js';
import { throwFirst } from '../lib/many.js';

/** What one batch took, for each attach. */
export interface TracingBatch {
  /** Until all were attached. */
  readonly wall_us: number;
  /** Processor time outside the kernel, which other programs alter least. */
  readonly own_us: number;
}

export interface TracingTrial {
  readonly without: readonly TracingBatch[];
  readonly listening: readonly TracingBatch[];
  /** A thousand looks at a channel that nobody listens to. */
  readonly looks_us: readonly number[];
  /** What the listener has heard of each attach, to be sure that it did: events and steps. */
  readonly heard: number;
}

const [count = 0, rounds = 0] = process.argv.slice(2).map(Number);
const channel = tracingChannel<unknown, AttachTrace>('netplumb.attach');
let heard = 0;
const hear = ({ steps }: AttachTrace) => {
  heard += 1 + steps.length;
};
const listeners = { start: hear, end: hear, asyncStart: hear, asyncEnd: hear, error: hear };

await using host = await openHost({ runDir: '/run/netplumb' });
await batch();
const without: TracingBatch[] = [];
const listening: TracingBatch[] = [];
for (let round = 0; round < rounds; round++) {
  // In turn, and each first as often as the other.
  const both = [
    async () => without.push(await batch()),
    async () => {
      channel.subscribe(listeners);
      listening.push(await batch());
      channel.unsubscribe(listeners);
    },
  ];
  for (const one of round % 2 === 0 ? both : both.reverse()) {
    await one();
  }
}
const looks = Array.from({ length: 100 }, () => {
  const begun = performance.now();
  for (let i = 0; i < 1000; i++) {
    if (traceAttach({ create: true })) {
      throw new Error('somebody listens');
    }
  }
  return 1000 * (performance.now() - begun);
});
const trial: TracingTrial = { without, listening, looks_us: looks, heard: heard / (count * rounds) };
process.stdout.write(`${JSON.stringify(trial)}\n`);

async function batch(): Promise<TracingBatch> {
  const before = process.cpuUsage();
  const begun = performance.now();
  const results = await host.attachAll(Array.from({ length: count }, () => ({ create: true as const })));
  const time = performance.now() - begun;
  const { user } = process.cpuUsage(before);
  throwFirst(results);
  throwFirst(await host.detachAll(results.flatMap(({ attached }) => attached?.sandbox ?? [])));
  return { wall_us: (1000 * time) / count, own_us: user / count };
}
