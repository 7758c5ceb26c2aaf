/**
 * One trial of `pool.ts`: fills a pool of COUNT sandboxes and takes all of them one after the other, in one of three ways: with one port
 * that was `published` ahead, with one that is asked for when it is taken (`asked`), or `plain`. Prints the microseconds of each take as
 * one JSON document.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/pool.ts published|asked|plain COUNT
 */
import { execFileSync } from 'node:child_process';
import { type Host, openHost, type Pool, type TakenSandbox, type TakeSpec } from 'netplumb';

export interface PoolTrial {
  readonly fill_ms: number;
  readonly each_us: readonly number[];
}

const [, , kind = '', countText = ''] = process.argv;
const count = Number(countText);
const publish = kind === 'published' ? { publish: ['80'] } : {};
const asked: TakeSpec = kind === 'asked' ? { publish: ['80'] } : {};
/** Taken and detached before: code that was never run is slower. */
const warmUps = 100;

await using host = await openHost({ runDir: '/run/netplumb' });
await host.networks.create({ name: 'bench', subnet: '10.77.0.0/16' });
await warmUp(host);

const pool = host.pool('bench', { size: count, refill: false, ...publish });
const started = performance.now();
await pool.fill();
const fillMs = performance.now() - started;

const times: number[] = [];
const taken: TakenSandbox[] = [];
for (let i = 0; i < count; i++) {
  const begun = performance.now();
  const one = await pool.take(asked);
  times.push(1000 * (performance.now() - begun));
  taken.push(one);
}
check(pool, taken);
await host.detachAll(taken.map(({ sandbox }) => sandbox));
const trial: PoolTrial = { fill_ms: fillMs, each_us: times };
process.stdout.write(`${JSON.stringify(trial)}\n`);

async function warmUp(own: Host): Promise<void> {
  await using first = own.pool('bench', { size: warmUps, refill: false, ...publish });
  await first.fill();
  for (let i = 0; i < warmUps; i++) {
    await own.detach((await first.take(asked)).sandbox);
  }
}

/** Each is another one, and the last is on its network. */
function check({ size }: Pool, all: readonly TakenSandbox[]): void {
  const last = all.at(-1);
  const addresses = new Set(all.map(({ endpoint }) => endpoint?.address));
  const withPort = all.filter(({ ports }) => ports.some(({ port, hostPort }) => port === 80 && hostPort));
  if (size !== 0 || addresses.size !== count || all.some(({ source }) => source !== 'pool')) {
    throw new Error('not every sandbox came out of the pool');
  }
  if (withPort.length !== (kind === 'plain' ? 0 : count)) {
    throw new Error(`${withPort.length} sandboxes have their port`);
  }
  execFileSync('nsenter', [`--net=${last?.netns}`, 'ping', '-q', '-c', '1', '-W', '1', last?.endpoint?.gateway ?? '']);
}
