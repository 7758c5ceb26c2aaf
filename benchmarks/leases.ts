/**
 * Whether giving out an address costs the same however full the subnet is: every address of a network is leased, released and
 * leased again, and then there is none left.
 *
 *   leases.ts [--prefix=N] [--chunk=N] [--rounds=N] [--json]
 *
 * Needs neither root nor the kernel's networking: records in a temporary directory, which is gone afterwards. Leases are made
 * in transactions of `--chunk`, as attaches are; the call that finds none has one to itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { newId } from '../src/address/index.js';
import { NetplumbError } from '../src/errors/index.js';
import { addressOf, leaseNext, poolsOf, release, reserve } from '../src/ipam/index.js';
import { type NetworkRecord, Store, type Tables } from '../src/store/index.js';
import { environment } from './lib/environment.js';
import { meansOfParts, median, percentile } from './lib/statistics.js';

/** An address and the sandbox that has it. */
interface Holding {
  readonly sandbox: string;
  readonly address: string;
}

/** Microseconds for each address, one figure a transaction, in order; of the refusals one figure each. */
interface Round {
  readonly fill_us: readonly number[];
  readonly release_us: readonly number[];
  readonly refill_us: readonly number[];
  readonly refusal_us: readonly number[];
}

const refusals = 200;

const { values: options } = parseArgs({
  options: {
    prefix: { type: 'string', default: '16' },
    chunk: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const prefix = numberOption('prefix', 8, 24);
const chunk = numberOption('chunk', 1, 1000);
const count = numberOption('rounds', 1, 100);
/** All but the network's, the gateway's and the broadcast address. */
const addresses = 2 ** (32 - prefix) - 3;

const where = environment();
// One more, which is not counted: its first tenth would be the compiler's time.
await inNewStore(runRound);
const rounds: Round[] = [];
for (let i = 0; i < count; i++) {
  rounds.push(await inNewStore(runRound));
}
const report = summarize();
if (options.json) {
  console.log(JSON.stringify(report, null, 2));
} else {
  print(report);
}

function numberOption(name: 'prefix' | 'chunk' | 'rounds', least: number, most: number): number {
  const number = Number(options[name]);
  if (!Number.isInteger(number) || number < least || number > most) {
    console.error(`--${name} takes a number from ${least} to ${most}, not '${options[name]}'`);
    process.exit(2);
  }
  return number;
}

async function inNewStore<Result>(work: (store: Store) => Result): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'netplumb-leases-'));
  const store = Store.open(directory, directory);
  try {
    return work(store);
  } finally {
    await store.close();
    rmSync(directory, { recursive: true });
  }
}

function runRound(store: Store): Round {
  const record = newNetwork();
  const pools = poolsOf(record);
  store.transaction((tables) => reserve(tables, record));
  const sandboxes = Array.from({ length: addresses }, newId);
  const lease = (tables: Tables, sandbox: string): Holding => {
    return { sandbox, address: addressOf(leaseNext(tables, pools, sandbox).slot) };
  };
  const refusal = () => timeRefusal(() => store.transaction((tables) => lease(tables, 'late')));

  const fill = timed(store, sandboxes, lease);
  const refusal_us = Array.from({ length: refusals }, refusal);
  const held = shuffled(fill.results);
  const given = timed(store, held, (tables, { sandbox, address }) => release(tables, record.id, sandbox, address));
  const refill = timed(store, sandboxes, lease);
  refusal();
  const expected = held.map(({ address }) => address);
  if (new Set(expected).size !== addresses || refill.results.some(({ address }, i) => address !== expected[i])) {
    throw new Error('not every address was given out once, in the order in which they had been released');
  }
  return { fill_us: fill.us, release_us: given.us, refill_us: refill.us, refusal_us };
}

function newNetwork(): NetworkRecord {
  const flags = { internal: false, attachable: false, ipv6: false, ours: true };
  const subnets = [{ subnet: `10.0.0.0/${prefix}`, gateway: '10.0.0.1' }];
  return { id: newId(), name: 'bench', driver: 'bridge', created: 0, ...flags, subnets, options: {}, labels: {} };
}

/** Does `work` for each item, so many in one transaction, and says how long each took in the mean of its transaction. */
function timed<Item, Result>(store: Store, items: readonly Item[], work: (tables: Tables, item: Item) => Result) {
  const us: number[] = [];
  const results: Result[] = [];
  for (let i = 0; i < items.length; i += chunk) {
    const some = items.slice(i, i + chunk);
    const started = performance.now();
    results.push(...store.transaction((tables) => some.map((item) => work(tables, item))));
    us.push((1000 * (performance.now() - started)) / some.length);
  }
  return { us, results };
}

/** Microseconds until the refusal that there is no address left. */
function timeRefusal(work: () => unknown): number {
  const started = performance.now();
  try {
    work();
  } catch (error) {
    if (error instanceof NetplumbError && error.code === 'EPOOL') {
      return 1000 * (performance.now() - started);
    }
    throw error;
  }
  throw new Error('an address was given out though none was left');
}

/** In another order, the same one every time: each is at a multiple of a number that has no factor in common with theirs. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const step = 7919;
  return items.map((_, i) => items[(i * step) % items.length] as Item);
}

/** Medians over the rounds; growth is the mean of the last tenth of the addresses by that of the first. */
function summarize() {
  const phase = (name: 'fill_us' | 'release_us' | 'refill_us') => {
    const tenths = rounds.map((round) => meansOfParts(round[name], 10));
    const [first, last] = [tenths.map((means) => means[0] ?? 0), tenths.map((means) => means.at(-1) ?? 0)];
    return {
      first_tenth_us: median(first),
      last_tenth_us: median(last),
      growth: median(last.map((us, i) => us / (first[i] ?? 0))),
    };
  };
  const refused = rounds.flatMap(({ refusal_us }) => refusal_us);
  return {
    addresses,
    chunk,
    rounds: count,
    environment: where,
    fill: phase('fill_us'),
    release: phase('release_us'),
    refill: phase('refill_us'),
    refusal: { p50_us: median(refused), p99_us: percentile(refused, 0.99), max_us: percentile(refused, 1) },
  };
}

function print({ refusal, ...all }: ReturnType<typeof summarize>): void {
  console.log(`${addresses} addresses (/${prefix}), ${chunk} to a transaction, medians of ${count} rounds\n`);
  console.log('          µs each: first tenth   last tenth   growth');
  for (const name of ['fill', 'release', 'refill'] as const) {
    const { first_tenth_us: first, last_tenth_us: last, growth } = all[name];
    console.log(`${name.padEnd(16)}${cell(first, 1, 14)}${cell(last, 1, 13)}${cell(growth, 2, 9)}`);
  }
  const { p50_us: p50, p99_us: p99, max_us: most } = refusal;
  console.log(
    `\nNone left: said after ${p50.toFixed(0)} µs (median), ${p99.toFixed(0)} (p99), ${most.toFixed(0)} at most`,
  );
}

function cell(value: number, digits: number, width: number): string {
  return value.toFixed(digits).padStart(width);
}
