import { parseReference } from '../address/index.js';
import {
  type AttachResult,
  type AttachSpec,
  attachChunk,
  Batcher,
  detachRecords,
  type EndpointContext,
} from '../endpoint/index.js';
import { newError } from '../errors/index.js';
import { defaultNetworkName, type Network } from '../network/index.js';
import { countPooled, type SandboxRecord } from '../store/index.js';
import { drain, removeEntries, throwFailure } from './drain.js';
import { adoptForsaken, halfDone } from './forsaken.js';
import { Refill } from './refill.js';
import { shapeOf } from './shape.js';
import { Shelf } from './shelf.js';
import type { PoolWish, TakeOptions } from './spec.js';
import type { Stock } from './take.js';

/** What entries are built with. */
export interface SupplyContext {
  readonly endpoint: EndpointContext;
  /** Whether nobody attaches in the foreground at the moment. */
  readonly isIdle: () => boolean;
}

export interface FillOptions extends TakeOptions {
  /** Called now and then with how many of those that were missing have been built, or could not be. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Entries that are built together by one trip to the engine, and from one look at whether somebody wants no more to the next. */
const builtAtOnce = 16;
const builtUnasked = 64;

/** What a pool has in stock, and how it gets there: building, in the foreground and in the background, adopting, removing. */
export class Supply {
  readonly #context: SupplyContext;
  readonly #wish: PoolWish;
  readonly #spec: AttachSpec & { readonly network: string };
  readonly #shape: string;
  readonly #building: Batcher<undefined, AttachResult>;
  readonly #refill: Refill;
  /** Ids of entries that end with this pool, and of some that were taken since. */
  #own = new Set<string>();
  #stock: Promise<Stock> | undefined;
  #shelf: Shelf | undefined;
  /** Whether what is missing is being built in the background, or would be. */
  #isFilling = false;
  #isPaused = false;

  /** `spec`: of each entry. */
  constructor(context: SupplyContext, wish: PoolWish, spec: AttachSpec & { readonly network: string }) {
    this.#context = context;
    this.#wish = wish;
    this.#spec = spec;
    this.#shape = shapeOf(wish.service);
    this.#building = new Batcher({
      run: (all) => this.#build(all.length),
      chunkSize: builtAtOnce,
      mostUnderWay: 4,
    });
    this.#refill = new Refill({ isIdle: context.isIdle, step: () => this.#step() });
  }

  /** How many can be taken at the moment, whoever has built them; 0 before the network was first looked up. */
  get size(): number {
    const shelf = this.#shelf;
    return shelf ? this.#context.endpoint.store.read((tables) => countPooled(tables, shelf.key)) : 0;
  }

  /** Why the last one could not be built in the background; nothing when all is well. */
  get problem(): Error | undefined {
    return this.#refill.problem;
  }

  /** Looks the network up once, and makes it ready. Throws ENONETWORK, and what making it ready throws; the next call tries again. */
  open(): Promise<Stock> {
    this.#stock ??= this.#ready().then(
      (network) => {
        this.#shelf = new Shelf({ network: network.record.id, shape: this.#shape });
        return { network, shelf: this.#shelf, service: this.#wish.service };
      },
      (error) => {
        this.#stock = undefined;
        throw error;
      },
    );
    return this.#stock;
  }

  /** When there was nothing to take: another network may have its name by now. */
  async lookAgain(): Promise<void> {
    const looked = this.#stock;
    const stock = await looked;
    const isThere = ({ network }: Stock) =>
      this.#context.endpoint.networks.find(parseReference(network.record.id, 'network')) !== undefined;
    if (stock && !isThere(stock) && this.#stock === looked) {
      this.#stock = undefined;
    }
  }

  /** To be called with every take. */
  wake(): void {
    if (this.#wish.refillBelow > 0 && !this.#isPaused) {
      this.#refill.wake();
    }
  }

  /** One that was taken is its taker's. */
  leave(id: string): void {
    this.#own.delete(id);
  }

  /** See Pool. */
  async fill({ signal, onProgress }: FillOptions): Promise<number> {
    this.#isPaused = false;
    const { shelf } = await this.open();
    await this.#adopt(shelf);
    const missing = Math.max(0, this.#wish.size - this.size);
    let done = 0;
    while (done < missing) {
      if (signal?.aborted) {
        throw newError('EABORTED', {}, { cause: signal.reason });
      }
      const part = Math.min(builtUnasked, missing - done);
      const results = await this.#building.all(Array.from({ length: part }, () => undefined));
      done += part;
      onProgress?.(done, missing);
      throwFailure(results);
    }
    return this.size;
  }

  /** See Pool. */
  async drain(): Promise<number> {
    this.#isPaused = true;
    const { shelf } = await this.open();
    return drain(this.#context.endpoint, shelf.key);
  }

  /** Builds no more in the background. */
  async stop(): Promise<void> {
    await this.#refill.close();
  }

  /** Ends what is under way and removes the entries that end with it. After `stop`. */
  async close(): Promise<void> {
    await this.#building.close();
    if (this.#wish.bound) {
      await removeEntries(this.#context.endpoint, [...this.#own]);
    }
  }

  #ready(): Promise<Network> {
    const { network } = this.#spec;
    const name = network === 'default' ? defaultNetworkName : network;
    return this.#context.endpoint.networks.ready(parseReference(name, 'network'));
  }

  async #build(count: number): Promise<AttachResult[]> {
    const { endpoint } = this.#context;
    await this.open();
    const entry = { spec: this.#spec, signal: undefined, called: performance.now(), shape: this.#shape };
    const results = await attachChunk(
      endpoint,
      Array.from({ length: count }, () => entry),
    );
    for (const { attached } of results) {
      if (attached) {
        this.#own.add(attached.sandbox);
        this.#shelf?.remember(attached.sandbox);
      }
    }
    return results;
  }

  /** One step of the refill. Begins only once there are too few, and then goes on until there are enough. */
  async #step(): Promise<boolean> {
    const { size, refillBelow } = this.#wish;
    if (this.#isPaused) {
      return false;
    }
    const { shelf } = await this.open();
    const { size: count } = this;
    if (!this.#isFilling) {
      if (count >= refillBelow) {
        return false;
      }
      await this.#adopt(shelf);
      this.#forgetTaken();
      this.#isFilling = true;
      return true;
    }
    this.#isFilling = count < size;
    if (this.#isFilling) {
      throwFailure(await this.#build(1));
    }
    return this.#isFilling;
  }

  async #adopt({ key }: Shelf): Promise<void> {
    const { endpoint } = this.#context;
    const { ids, withdrawn } = adoptForsaken(endpoint, key, this.#wish.bound);
    for (const id of ids) {
      this.#own.add(id);
    }
    throwFailure(await detachRecords(endpoint, [...withdrawn, ...halfDone(endpoint, key.network)]));
  }

  /** Others take them, too. */
  #forgetTaken(): void {
    if (this.#own.size > 2 * this.#wish.size) {
      const isThere = (record: SandboxRecord | undefined) => record?.state === 'pooled';
      const ids = [...this.#own];
      const { store } = this.#context.endpoint;
      this.#own = new Set(store.read(({ sandboxes }) => ids.filter((id) => isThere(sandboxes.get(id)))));
    }
  }
}
