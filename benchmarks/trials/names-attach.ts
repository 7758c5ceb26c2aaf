/**
 * One trial of `names.ts`: COUNT sandboxes on one network and ten on another, and PAIRS of one more on each, in turn; first, one
 * on the default network, for which no name server may be started. With `names`, the networks have names, which all sandboxes have
 * an alias among; with `plain` they have none: what then grows is the kernel's. Prints one JSON document.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/names-attach.ts names|plain COUNT PAIRS
 */
import { openHost } from 'netplumb';
import { endNameServersWithUs, nameServers } from '../lib/dns.js';
import { makeSandboxes } from '../lib/floor.js';

/** Microseconds, in order. */
interface Times {
  /** Of each call. */
  readonly attach_us: number[];
  /** Of it, what the kernel took to make the interface a port of the bridge, which looks at all others. */
  readonly port_us: number[];
}

export interface NamesAttachTrial {
  readonly few: Times;
  readonly many: Times;
}

const [, , kind = '', countText = '', pairsText = ''] = process.argv;
const [count, pairs] = [Number(countText), Number(pairsText)];
const few = 10;
/** Attached in advance: code that was never run is slower. */
const warmUps = 3;
const hasNames = kind === 'names';
const wanted = hasNames ? { networkAliases: ['all'] } : {};

const oneMore = `s${count + few}`;
endNameServersWithUs();
makeSandboxes(count + few + 1);
await using host = await openHost({ runDir: '/run/netplumb', stateDir: '/run/netplumb-state' });
await host.attach({ netns: `/run/netns/${oneMore}`, name: oneMore });
expectServers(0);
await host.detach(oneMore);

const options: Readonly<Record<string, string>> = hasNames ? {} : { 'netplumb.dns': 'false' };
await host.networks.create({ name: 'few', subnet: '10.91.0.0/16', options });
await host.networks.create({ name: 'many', subnet: '10.92.0.0/16', options });
const results = await host.attachAll(
  Array.from({ length: count + few }, (_, i) => specOf(`s${i}`, i < few ? 'few' : 'many')),
);
const failed = results.find(({ error }) => error);
if (failed?.error) {
  throw failed.error;
}
expectServers(hasNames ? 1 : 0);

const trial: NamesAttachTrial = { few: { attach_us: [], port_us: [] }, many: { attach_us: [], port_us: [] } };
for (let pair = -warmUps; pair < pairs; pair++) {
  // Each is first in every other pair.
  for (const network of pair % 2 === 0 ? (['few', 'many'] as const) : (['many', 'few'] as const)) {
    const started = performance.now();
    const { microseconds } = await host.attach(specOf(oneMore, network));
    const taken = performance.now() - started;
    await host.detach(oneMore);
    if (pair >= 0) {
      trial[network].attach_us.push(1000 * taken);
      trial[network].port_us.push(microseconds.port ?? Number.NaN);
    }
  }
}
await host.detachAll(Array.from({ length: count + few }, (_, i) => `s${i}`));
process.stdout.write(`${JSON.stringify(trial)}\n`);

function specOf(name: string, network: string) {
  return { netns: `/run/netns/${name}`, name, network, ...wanted };
}

function expectServers(number: number): void {
  const { length } = nameServers();
  if (length !== number) {
    throw new Error(`there are ${length} name servers, not ${number}`);
  }
}
