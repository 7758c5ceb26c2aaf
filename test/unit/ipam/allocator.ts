import { expect } from 'vitest';
import { attempt } from '../../../src/errors/index.js';
import {
  addressOf,
  type Leased,
  leaseExact,
  leaseNext,
  type Pool,
  poolsOf,
  release,
  reserve,
} from '../../../src/ipam/index.js';
import type { NetworkRecord, Store, SubnetRecord, Tables } from '../../../src/store/index.js';
import { openStore } from '../../support/store.js';

let networks = 0;

/** A network that no other test has. */
export function networkWith(...subnets: SubnetRecord[]): NetworkRecord {
  networks += 1;
  const flags = { internal: false, attachable: false, ipv6: true, ours: true };
  const own = { id: `network${networks}`, name: 'web', driver: 'bridge', created: 0 };
  return { ...own, ...flags, subnets, options: {}, labels: {} };
}

/**
 * The pools of one family of a network whose gateways are reserved, each call in a transaction of its own, which a refusal does
 * not undo: attaches share one.
 */
export class Allocator {
  readonly network: NetworkRecord;
  readonly pools: readonly Pool[];
  readonly store: Store;

  constructor(network: NetworkRecord, store = openStore(), family = 4) {
    this.network = network;
    this.store = store;
    this.pools = poolsOf(network).filter((pool) => pool.family === family);
    store.transaction((tables) => reserve(tables, network));
  }

  next(sandbox: string): string {
    return this.#attempt((tables) => leaseNext(tables, this.pools, sandbox));
  }

  exact(sandbox: string, address: string): string {
    return this.#attempt((tables) => leaseExact(tables, this.pools, sandbox, address));
  }

  release(sandbox: string, address: string): void {
    this.store.transaction((tables) => release(tables, this.network.id, sandbox, address));
  }

  #attempt(work: (tables: Tables) => Leased): string {
    const leased = this.store.transaction((tables) => attempt(() => work(tables)));
    if (leased instanceof Error) {
      throw leased;
    }
    return addressOf(leased.slot);
  }

  /** What `next` gives until there is none; at most so many. */
  drain(most = 1000): string[] {
    const found: string[] = [];
    while (found.length < most) {
      try {
        found.push(this.next(`drain${found.length}`));
      } catch (error) {
        if ((error as { code: string }).code === 'EPOOL') {
          return found;
        }
        throw error;
      }
    }
    return found;
  }
}

/** An error by its code and a part of its message. */
export const refusal = (code: string, message: RegExp = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });
