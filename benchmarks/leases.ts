/**
 * Whether giving out an address costs the same however full the subnet is: every address of a network is leased, released and
 * leased again, and then there is none left.
 *
 *   leases.ts [--prefix=N] [--chunk=N] [--rounds=N] [--quick] [--json] [--check]
 *
 * Needs neither root nor the kernel's networking: records in a temporary directory, which is gone afterwards. Leases are made
 * in transactions of `--chunk`, as attaches are; the call that finds none has one to itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../src/address/index.js';
import { NetplumbError } from '../src/errors/index.js';
import { addressOf, leaseNext, poolsOf, release, reserve } from '../src/ipam/index.js';
import { type NetworkRecord, Store, type Tables } from '../src/store/index.js';
import { type OptionTable, type OptionValues, printWhenMain, type Report, type Row } from './lib/report.js';
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

export const options = {
  prefix: { usual: 16, quick: 22, least: 8, most: 24 },
  chunk: { usual: 32, quick: 32, most: 1000 },
  rounds: { usual: 3, quick: 1, most: 100 },
} satisfies OptionTable;

type Options = OptionValues<typeof options>;

export async function measure(values: Options): Promise<Report> {
  // One more, which is not counted: its first tenth would be the compiler's time.
  await inNewStore((store) => runRound(store, values));
  const rounds: Round[] = [];
  for (let i = 0; i < values.rounds; i++) {
    rounds.push(await inNewStore((store) => runRound(store, values)));
  }
  const { prefix, chunk } = values;
  const refused = rounds.flatMap(({ refusal_us }) => refusal_us);
  const refusal = { label: 'said that none is left', unit: 'µs' } as const;
  return {
    name: 'leases',
    title: `${addressesOf(prefix)} addresses (/${prefix}), ${chunk} to a transaction; medians of ${values.rounds} rounds`,
    rows: [
      ...growth(
        'given out',
        rounds.map(({ fill_us }) => fill_us),
      ),
      ...growth(
        'taken back',
        rounds.map(({ release_us }) => release_us),
      ),
      ...growth(
        'given out again',
        rounds.map(({ refill_us }) => refill_us),
      ),
      { ...refusal, group: 'p50', value: median(refused) },
      { ...refusal, group: 'p99', value: percentile(refused, 0.99) },
    ],
  };
}

/** All but the network's, the gateway's and the broadcast address. */
function addressesOf(prefix: number): number {
  return 2 ** (32 - prefix) - 3;
}

/** Medians over the rounds; growth is the mean of the last tenth of the addresses by that of the first. */
function growth(label: string, rounds: readonly (readonly number[])[]): Row[] {
  const tenths = rounds.map((times) => meansOfParts(times, 10));
  const [first, last] = [tenths.map((means) => means[0] ?? 0), tenths.map((means) => means.at(-1) ?? 0)];
  return [
    { label, group: 'first tenth, each', value: median(first), unit: 'µs' },
    { label, group: 'last tenth, each', value: median(last), unit: 'µs' },
    { label, group: 'last ÷ first', value: median(last.map((us, i) => us / (first[i] ?? 0))), unit: '×' },
  ];
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

function runRound(store: Store, { prefix, chunk }: Options): Round {
  const addresses = addressesOf(prefix);
  const record = newNetwork(prefix);
  const pools = poolsOf(record);
  store.transaction((tables) => reserve(tables, record));
  const sandboxes = Array.from({ length: addresses }, newId);
  const lease = (tables: Tables, sandbox: string): Holding => {
    return { sandbox, address: addressOf(leaseNext(tables, pools, sandbox).slot) };
  };
  const refusal = () => timeRefusal(() => store.transaction((tables) => lease(tables, 'late')));

  const fill = timed({ store, chunk }, sandboxes, lease);
  const refusal_us = Array.from({ length: refusals }, refusal);
  const held = shuffled(fill.results);
  const given = timed({ store, chunk }, held, (tables, { sandbox, address }) =>
    release(tables, record.id, sandbox, address),
  );
  const refill = timed({ store, chunk }, sandboxes, lease);
  refusal();
  const expected = held.map(({ address }) => address);
  if (new Set(expected).size !== addresses || refill.results.some(({ address }, i) => address !== expected[i])) {
    throw new Error('not every address was given out once, in the order in which they had been released');
  }
  return { fill_us: fill.us, release_us: given.us, refill_us: refill.us, refusal_us };
}

function newNetwork(prefix: number): NetworkRecord {
  const flags = { internal: false, attachable: false, ipv6: false, ours: true };
  const subnets = [{ subnet: `10.0.0.0/${prefix}`, gateway: '10.0.0.1' }];
  return { id: newId(), name: 'bench', driver: 'bridge', created: 0, ...flags, subnets, options: {}, labels: {} };
}

/** Does `work` for each item, so many in one transaction, and says how long each took in the mean of its transaction. */
function timed<Item, Result>(
  { store, chunk }: { readonly store: Store; readonly chunk: number },
  items: readonly Item[],
  work: (tables: Tables, item: Item) => Result,
) {
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

await printWhenMain(import.meta.url, options, measure);
