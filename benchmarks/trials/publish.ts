/**
 * One trial of `ports.ts`: publishes COUNT ports of running sandboxes, one after the other and in turn among SANDBOXES, and prints
 * the microseconds of each as one JSON document.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/publish.ts nftables|iptables COUNT SANDBOXES
 */
import { openHost } from 'netplumb';
import { makeSandboxes } from '../lib/floor.js';
import { type Backend, countRules } from '../lib/rules.js';

export interface PublishTrial {
  readonly each_us: readonly number[];
}

/** One family only: each port is held by a socket, and a process has so many. */
const hostAddress = '0.0.0.0';
/** Below those that the host takes for outgoing connections, which begin at 32768. */
const firstHostPort = 10_000;
/** Published in advance: code that was never run is slower. */
const warmUps = 20;

const [, , backend = '', countText = '', sandboxesText = ''] = process.argv;
const [count, sandboxes] = [Number(countText), Number(sandboxesText)];
const firewall = backend as Backend;

makeSandboxes(sandboxes);
await using host = await openHost({ runDir: '/run/netplumb', firewall });
const results = await host.attachAll(
  Array.from({ length: sandboxes }, (_, i) => ({ netns: `/run/netns/s${i}`, name: `s${i}` })),
);
const failed = results.find(({ error }) => error);
if (failed?.error) {
  throw failed.error;
}
for (let i = 0; i < warmUps; i++) {
  await host.publish('s0', [`${hostAddress}:${firstHostPort - 1 - i}:${9000 + i}`]);
}

const times: number[] = [];
for (let i = 0; i < count; i++) {
  const started = performance.now();
  await host.publish(`s${i % sandboxes}`, [`${hostAddress}:${firstHostPort + i}:${1 + Math.floor(i / sandboxes)}`]);
  times.push(1000 * (performance.now() - started));
}
const { ports } = countRules(firewall);
if (ports < count + warmUps) {
  throw new Error(`${ports} ports lead to sandboxes, not ${count + warmUps}`);
}
await host.detachAll(Array.from({ length: sandboxes }, (_, i) => `s${i}`));
const trial: PublishTrial = { each_us: times };
process.stdout.write(`${JSON.stringify(trial)}\n`);
