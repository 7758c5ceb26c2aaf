/**
 * One trial of `throughput.ts`: streams of SECONDS between two namespaces on a plain bridge, two sandboxes on one bridge of a network
 * and two on different ones, ROUNDS times in turn. Prints one JSON document of bits in a second.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/throughput.ts ROUNDS SECONDS
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openHost } from 'netplumb';

export interface ThroughputTrial {
  readonly plain: readonly number[];
  readonly same: readonly number[];
  readonly across: readonly number[];
}

const [rounds = 0, seconds = 0] = process.argv.slice(2).map(Number);

/** Two namespaces and where the second is reached. */
interface Way {
  readonly from: string;
  readonly to: string;
  readonly address: string;
}

await using host = await openHost({ runDir: '/run/netplumb', stateDir: '/run/netplumb-state' });
const ways = {
  plain: makePlain(),
  same: await makeNetwork('same', '10.61', 900),
  across: await makeNetwork('across', '10.62', 1),
};
const servers = await Promise.all(Object.values(ways).map(serve));
const rates = { plain: [] as number[], same: [] as number[], across: [] as number[] };
for (let round = 0; round < rounds; round++) {
  for (const [kind, way] of Object.entries(ways)) {
    rates[kind as keyof ThroughputTrial].push(stream(way));
  }
}
for (const server of servers) {
  server.kill();
  await once(server, 'exit');
}
await host.detachAll(host.sandboxes().map(({ id }) => id));
const trial: ThroughputTrial = rates;
process.stdout.write(`${JSON.stringify(trial)}\n`);

/** What a person makes with ip(8): no option that is not needed. */
function makePlain(): Way {
  const ip = (...args: string[]) => execFileSync('ip', args);
  ip('link', 'add', 'plain', 'type', 'bridge');
  ip('address', 'add', '10.60.0.1/24', 'dev', 'plain');
  ip('link', 'set', 'plain', 'up');
  for (const [i, name] of ['plain2', 'plain3'].entries()) {
    ip('netns', 'add', name);
    ip('link', 'add', `to-${name}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    ip('link', 'set', `to-${name}`, 'master', 'plain', 'up');
    ip('-n', name, 'address', 'add', `10.60.0.${i + 2}/24`, 'dev', 'eth0');
    ip('-n', name, 'link', 'set', 'eth0', 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  return { from: 'plain2', to: 'plain3', address: '10.60.0.3' };
}

/** With three sandboxes, of which the last two speak: with one port for each bridge they are on further ones. */
async function makeNetwork(name: string, subnet: string, ports: number): Promise<Way> {
  const options = { 'netplumb.ports_per_bridge': String(ports), 'netplumb.dns': 'false' };
  await host.networks.create({ name, subnet: `${subnet}.0.0/24`, options });
  for (const i of [1, 2, 3]) {
    await host.attach({ create: true, name: `${name}${i}`, network: name });
  }
  const address = host.inspect(`${name}3`).endpoint?.address ?? '';
  return { from: `${name}2`, to: `${name}3`, address };
}

/** Resolves when it listens. */
async function serve({ to }: Way) {
  const server = spawn('ip', ['netns', 'exec', to, 'iperf3', '--server', '--forceflush'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server.stdout, 'data');
  return server;
}

function stream({ from, address }: Way): number {
  const args = ['netns', 'exec', from, 'iperf3', '--client', address, '--time', String(seconds), '--json'];
  const { end } = JSON.parse(execFileSync('ip', args, { encoding: 'utf8' })) as {
    readonly end: { readonly sum_received: { readonly bits_per_second: number } };
  };
  return end.sum_received.bits_per_second;
}
