/**
 * One trial of `names.ts`: COUNT sandboxes on one network, and their names asked for from inside one of them: of netplumb's name
 * server and of dnsmasq, which serves the same names at another address of the same bridge, each for SECONDS, and at half of
 * dnsmasq's rate of netplumb's. Prints one JSON document.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/names.ts COUNT SECONDS netplumb|dnsmasq
 *
 * The last says which is asked first.
 */
import { execFileSync } from 'node:child_process';
import { openHost } from 'netplumb';
import {
  type Asked,
  ask,
  endNameServersWithUs,
  expectAnswer,
  pinNameServer,
  queriesFor,
  startDnsmasq,
} from '../lib/dns.js';
import { makeSandboxes } from '../lib/floor.js';

export interface NamesTrial {
  readonly netplumb: Asked;
  readonly dnsmasq: Asked;
  /** netplumb's at half of dnsmasq's rate. */
  readonly half: Asked;
}

const [, , countText = '', secondsText = '', first = ''] = process.argv;
const [count, seconds] = [Number(countText), Number(secondsText)];
const network = { name: 'names', subnet: '10.90.0.0/16', gateway: '10.90.0.1', ipRange: '10.90.0.0/17' };
const others = '10.90.255.254';
const sandbox = 's0';

endNameServersWithUs();
makeSandboxes(count);
await using host = await openHost({ runDir: '/run/netplumb', stateDir: '/run/netplumb-state' });
const { interface: bridge = '' } = await host.networks.create(network);
const results = await host.attachAll(
  Array.from({ length: count }, (_, i) => ({ netns: `/run/netns/s${i}`, name: `s${i}`, network: network.name })),
);
const names = new Map(
  results.map(({ attached, error }) => {
    if (error) {
      throw error;
    }
    return [attached.name, attached.endpoint?.address ?? ''] as const;
  }),
);
execFileSync('ip', ['address', 'add', `${others}/16`, 'dev', bridge]);
pinNameServer();
await using _dnsmasq = await startDnsmasq(others, names);

const servers = { netplumb: network.gateway, dnsmasq: others };
for (const server of Object.values(servers)) {
  for (const [name, address] of [...names].slice(-2)) {
    expectAnswer(sandbox, server, name, address);
  }
}
const queries = queriesFor(names);
const measure = async (who: keyof typeof servers, rate?: number) =>
  complete(await ask({ sandbox, server: servers[who], queries, seconds, ...(rate !== undefined && { rate }) }));
// Code that was never run is slower, and measured by nobody.
await ask({ sandbox, server: servers.netplumb, queries, seconds: 1 });
const ours = first === 'netplumb' ? await measure('netplumb') : undefined;
const dnsmasq = await measure('dnsmasq');
const netplumb = ours ?? (await measure('netplumb'));
const half = await measure('netplumb', dnsmasq.per_second / 2);
await host.detachAll([...names.keys()]);
const trial: NamesTrial = { netplumb, dnsmasq, half };
process.stdout.write(`${JSON.stringify(trial)}\n`);

/** An answer that says no is none: throws if there was one. */
function complete(asked: Asked): Asked {
  if (asked.completed === 0 || asked.answered < asked.completed) {
    throw new Error(`of ${asked.completed} answers, ${asked.answered} have an address`);
  }
  return asked;
}
