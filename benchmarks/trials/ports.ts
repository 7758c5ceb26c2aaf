/**
 * One trial of `ports.ts`: attaches COUNT namespaces that are there already to one bridge, each with one published port, or
 * (`plain`) without; counts rules when there is one endpoint and when all are there; detaches them, and prints one JSON document.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/ports.ts published|plain nftables|iptables COUNT
 */
import { openHost } from 'netplumb';
import { makeSandboxes } from '../lib/floor.js';
import { type Backend, countRules, type RuleCount } from '../lib/rules.js';

export interface PortsTrial {
  readonly attach_ms: number;
  readonly detach_ms: number;
  /** With one endpoint, and with all. */
  readonly one: RuleCount;
  readonly all: RuleCount;
}

const [, , kind = '', backend = '', countText = ''] = process.argv;
const count = Number(countText);
const firewall = backend as Backend;
const wanted = kind === 'published' ? { publish: ['80'] } : {};

makeSandboxes(count);
await using host = await openHost({ runDir: '/run/netplumb', firewall });
// The first endpoint makes bridge and rules, the second is not slowed by code that was never run: neither is measured.
const one = await warmUp();

const started = performance.now();
const results = await host.attachAll(
  Array.from({ length: count }, (_, i) => ({ netns: `/run/netns/s${i}`, name: `s${i}`, ...wanted })),
);
const attachMs = performance.now() - started;
refuseErrors(results);
const all = countRules(firewall);
const published = kind === 'published' ? count : 0;
if (all.ports < published || one.ports > published) {
  throw new Error(`${all.ports} ports lead to sandboxes, not ${published}`);
}

const detachStarted = performance.now();
refuseErrors(await host.detachAll(Array.from({ length: count }, (_, i) => `s${i}`)));
const detachMs = performance.now() - detachStarted;
const left = countRules(firewall).ports;
if (left > 0) {
  throw new Error(`${left} ports are left behind`);
}
const trial: PortsTrial = { attach_ms: attachMs, detach_ms: detachMs, one, all };
process.stdout.write(`${JSON.stringify(trial)}\n`);

/** Returns what there was with one endpoint. */
async function warmUp(): Promise<RuleCount> {
  await host.detach((await host.attach({ create: true, ...wanted })).sandbox);
  const { sandbox } = await host.attach({ create: true, ...wanted });
  const counted = countRules(firewall);
  await host.detach(sandbox);
  return counted;
}

function refuseErrors(outcomes: readonly { readonly error?: Error | undefined }[]): void {
  const failed = outcomes.find(({ error }) => error);
  if (failed?.error) {
    throw failed.error;
  }
}
