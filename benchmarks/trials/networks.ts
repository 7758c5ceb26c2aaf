/**
 * One trial of `networks.ts`: makes COUNT networks with subnets that are named and as many with chosen ones, lists them, removes
 * them, and prints the microseconds of each as one JSON document. `bare`: the same bridges with nothing but the requests to the
 * kernel, whose own growth is not ours.
 *
 *   scripts/throwaway node --import tsx benchmarks/trials/networks.ts COUNT
 */
import { openHost } from 'netplumb';
import { Connection, deleteLink, newAddress, newLink, setLink } from 'netplumb/rtnl';

/** Microseconds of each network, in order; `list` of each listing, divided by the networks that there were. */
export interface NetworksTrial {
  readonly named_us: readonly number[];
  readonly chosen_us: readonly number[];
  readonly list_us: readonly number[];
  readonly bare_us: readonly number[];
  readonly remove_us: readonly number[];
  readonly bare_remove_us: readonly number[];
}

const count = Number(process.argv[2]);
await using host = await openHost({
  runDir: '/run/netplumb',
  defaultAddressPools: [{ base: '172.16.0.0/12', size: 24 }],
});
await host.networks.create({ name: 'warm-up' });
await host.networks.remove('warm-up');

const named = await timeEach((i) => host.networks.create({ name: `named${i}`, subnet: subnetOf(i) }));
const list = await listing();
const remove = await timeEach((i) => host.networks.remove(`named${count - 1 - i}`));
const chosen = await timeEach((i) => host.networks.create({ name: `chosen${i}` }));
await host.networks.prune();
const { made, removed } = await bareBridges();
const trial: NetworksTrial = {
  named_us: named,
  chosen_us: chosen,
  list_us: list,
  bare_us: made,
  remove_us: remove.reverse(),
  bare_remove_us: removed.reverse(),
};
process.stdout.write(`${JSON.stringify(trial)}\n`);

function subnetOf(i: number): string {
  return `10.${i >> 8}.${i & 255}.0/24`;
}

async function timeEach(work: (i: number) => Promise<unknown>): Promise<number[]> {
  const times = [];
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    await work(i);
    times.push(1000 * (performance.now() - begun));
  }
  return times;
}

async function listing(): Promise<number[]> {
  const times = [];
  for (let i = 0; i < 10; i++) {
    const begun = performance.now();
    const { length } = await host.networks.list();
    times.push((1000 * (performance.now() - begun)) / length);
  }
  return times;
}

async function bareBridges() {
  await using connection = await Connection.open();
  const made = await timeEach(async (i) => {
    const index = 10_000 + i;
    await connection.request(newLink({ name: `bare${i}`, index, mtu: 1499, info: { kind: 'bridge' } }));
    await connection.request(setLink({ index, mtu: 1500 }));
    await connection.request(
      newAddress({ family: 2, index, prefixLength: 24, local: subnetOf(i).replace('.0/24', '.1') }),
    );
    await connection.request(setLink({ index, up: true }));
  });
  const removed = await timeEach((i) => connection.request(deleteLink({ index: 10_000 + count - 1 - i })));
  return { made, removed };
}
