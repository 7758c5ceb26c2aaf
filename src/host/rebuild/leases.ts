import { contains, parseIpv4 } from '../../address/index.js';
import { linkPools } from '../../endpoint/index.js';
import { attempt } from '../../errors/index.js';
import { type Leased, leaseExact, type Pool, poolsOf, resumeBehind } from '../../ipam/index.js';
import type { EndpointRecord, NetworkRecord, SandboxRecord, Tables } from '../../store/index.js';

/** Gives addresses that are in use to the sandboxes that have them; each as if it had been given out in its turn. */
export class Leases {
  readonly #tables: Tables;
  readonly #networks: ReadonlyMap<string, readonly Pool[]>;
  /** By key of their pools. */
  readonly #taken = new Map<string, { readonly pools: readonly Pool[]; readonly inUse: Leased[] }>();

  constructor(tables: Tables, networks: readonly NetworkRecord[]) {
    this.#tables = tables;
    this.#networks = new Map(networks.map((record) => [record.id, poolsOf(record)]));
  }

  /** Takes an endpoint's addresses, and returns what they are refused for. */
  take({ id }: SandboxRecord, { network, address, address6, link }: EndpointRecord): Error[] {
    if (link) {
      const isOurs = linkPools.some((pool) => pool.family === 4 && contains(pool.bounds, parseIpv4(address)));
      return isOurs ? this.#takeOne(id, linkPools, address) : [];
    }
    const pools = this.#networks.get(network) ?? [];
    const ofFamily = (wanted: 4 | 6) => pools.filter(({ family }) => family === wanted);
    const refused = this.#takeOne(id, ofFamily(4), address);
    return address6 === undefined ? refused : [...refused, ...this.#takeOne(id, ofFamily(6), address6)];
  }

  /**
   * To be called when all are taken: addresses before the last one that is in use may have been given back a moment ago, and rest.
   */
  letRest(): void {
    for (const { pools, inUse } of this.#taken.values()) {
      resumeBehind(this.#tables, pools, inUse);
    }
  }

  #takeOne(sandbox: string, pools: readonly Pool[], address: string): Error[] {
    const [first] = pools;
    if (!first) {
      return [];
    }
    const leased = attempt(() => leaseExact(this.#tables, pools, sandbox, address));
    if (leased instanceof Error) {
      return [leased];
    }
    const taken = this.#taken.get(first.key) ?? { pools, inUse: [] };
    taken.inUse.push(leased);
    this.#taken.set(first.key, taken);
    return [];
  }
}
