import type { Reference } from '../address/index.js';
import { findNetwork, type NetworkRecord, type Store } from '../store/index.js';
import { defaultNetworkName, emptyNetworks } from './builtin.js';
import { type DefaultNetworkOptions, defaultWish } from './default-network.js';
import type { DriverContext } from './driver.js';
import { foundNetwork } from './found.js';
import type { HostRanges } from './host-ranges.js';
import { putOnRecord } from './put-on-record.js';

const defaultReference: Reference = { text: defaultNetworkName, name: defaultNetworkName };

/** The networks that are there from the start: on record from when one of them is used, or all are asked for. */
export class Beginning {
  readonly #context: DriverContext;
  readonly #store: Store;
  readonly #defaults: DefaultNetworkOptions;
  readonly #ranges: HostRanges;
  /** While they are being put on record. */
  #beginning: Promise<NetworkRecord> | undefined;

  constructor(context: DriverContext, store: Store, defaults: DefaultNetworkOptions, ranges: HostRanges) {
    this.#context = context;
    this.#store = store;
    this.#defaults = defaults;
    this.#ranges = ranges;
  }

  /** Puts them on record, if they are not yet; returns the default one. Throws what the host's options are refused for. */
  async begin(): Promise<NetworkRecord> {
    const known = this.#known();
    if (known) {
      return known;
    }
    this.#beginning ??= this.#begin().finally(() => {
      this.#beginning = undefined;
    });
    return this.#beginning;
  }

  #known(): NetworkRecord | undefined {
    return this.#store.read((tables) => findNetwork(tables, defaultReference));
  }

  async #begin(): Promise<NetworkRecord> {
    const wish = await defaultWish(this.#defaults, this.#context, () => this.#known());
    if ('id' in wish) {
      return wish;
    }
    const complete = await foundNetwork(wish, this.#defaults.pools, this.#context, this.#ranges);
    // Whoever is first decides; the others use what they find.
    return this.#store.transaction((tables) => {
      const existing = findNetwork(tables, defaultReference);
      if (existing) {
        return existing;
      }
      const record = complete(tables);
      for (const network of [record, ...emptyNetworks()]) {
        putOnRecord(tables, network);
      }
      return record;
    });
  }
}
