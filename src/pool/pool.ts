import { parseReference } from '../address/index.js';
import { clearTheWay } from '../endpoint/clear-the-way.js';
import {
  type Attached,
  type AttachResult,
  type AttachSpec,
  attachChunk,
  Batcher,
  detachRecords,
  type EndpointContext,
} from '../endpoint/index.js';
import { readSpec } from '../endpoint/spec.js';
import { NetplumbError, newError } from '../errors/index.js';
import { defaultNetworkName, type Network } from '../network/index.js';
import { countPooled, type SandboxRecord } from '../store/index.js';
import { drain, removeEntries, throwFirst } from './drain.js';
import { finish } from './finish.js';
import { adoptForsaken, halfDone } from './forsaken.js';
import { Refill } from './refill.js';
import { shapeOf } from './shape.js';
import { Shelf } from './shelf.js';
import {
  checkPoolNetwork,
  type PoolOptions,
  type PoolWish,
  readPoolOptions,
  readTake,
  type TakeOptions,
  type TakeSpec,
} from './spec.js';
import { type Outcome, type Stock, type Taking, takeTogether, type Unfinished } from './take.js';

/** What a pool works with. */
export interface PoolContext {
  readonly endpoint: EndpointContext;
  /** Attaches in the foreground, when there is nothing to take. */
  readonly attach: (spec: AttachSpec, options: TakeOptions) => Promise<Attached>;
  /** Whether nobody attaches in the foreground at the moment. */
  readonly isIdle: () => boolean;
}

export interface FillOptions extends TakeOptions {
  /** Called now and then with how many of those that were missing have been built, or could not be. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A sandbox out of a pool, or one that had to be built because the pool was empty. */
export interface TakenSandbox extends Attached {
  readonly source: 'pool' | 'built';
}

/**
 * Sandboxes of one network that are built ahead: everything in the kernel is as after an attach, and only a record has to change hands.
 *
 * An entry is a sandbox in state `pooled`, with a row in the table of those that can be taken, and belongs to nobody: any process may
 * take it, in one transaction that makes it that process's, gives it its name and takes the row away. So nothing is given out twice, and
 * whoever is killed has taken it or has not. Nobody else knows of an entry (no list, no name, no event) until then. What the taker asks
 * for and the kernel has to do (ports, files, links) comes after that, with the sandbox `pending` as in an attach. A sandbox that was
 * taken never comes back: it is detached as any other. One that nobody can take any more is withdrawn first, by a transaction too, and
 * then removed like any other (`withdraw`): who takes and who removes cannot both have it.
 */
export class Pool implements AsyncDisposable {
  /** As it was named. */
  readonly network: string;
  readonly #context: PoolContext;
  readonly #wish: PoolWish;
  readonly #spec: AttachSpec;
  readonly #shape: string;
  readonly #taking: Batcher<Taking, Outcome>;
  readonly #finishing: Batcher<Unfinished, AttachResult>;
  readonly #building: Batcher<undefined, AttachResult>;
  readonly #refill: Refill;
  /** Ids of entries that end with this pool, and of some that were taken since. */
  #own = new Set<string>();
  #stock: Promise<Stock> | undefined;
  #shelf: Shelf | undefined;
  /** Whether what is missing is being built in the background, or would be. */
  #isFilling = false;
  #isPaused = false;
  /** Takes that are under way. */
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  /** Throws EBADMODE, EBADOPTION, EBADPORT. Use `host.pool`. */
  constructor(context: PoolContext, network: string, options: PoolOptions) {
    checkPoolNetwork(network);
    this.network = network;
    this.#context = context;
    this.#wish = readPoolOptions(options);
    this.#shape = shapeOf(this.#wish.service);
    const { publish, expose } = options;
    this.#spec = { create: true, network, publish, expose, bound: this.#wish.bound };
    const { endpoint } = context;
    // One at a time, so that one that waits for its ports does not hold up others that need none.
    this.#taking = new Batcher({ run: (takings) => this.#takeSome(takings), chunkSize: 16, mostUnderWay: 1 });
    this.#finishing = new Batcher({
      run: (taken) => endpoint.foreground.during(() => finish(endpoint, taken)),
      chunkSize: 16,
      mostUnderWay: 6,
    });
    this.#building = new Batcher({ run: (all) => this.#build(all.length), chunkSize: 16, mostUnderWay: 4 });
    this.#refill = new Refill({ isIdle: context.isIdle, step: () => this.#step() });
  }

  /** How many can be taken at the moment, whoever has built them; 0 before the pool was first used. Throws EPOOLCLOSED. */
  get size(): number {
    this.#refuseClosed();
    const shelf = this.#shelf;
    return shelf ? this.#context.endpoint.store.read((tables) => countPooled(tables, shelf.key)) : 0;
  }

  /** Why the last one could not be built in the background; nothing when all is well. */
  get problem(): Error | undefined {
    return this.#refill.problem;
  }

  /**
   * Takes a sandbox: what was built ahead gets its name and is the caller's. What is asked for beside that and needs the kernel (ports,
   * files, links) takes as long as it does elsewhere. From an empty pool it is built: `source` says so. Calls of one moment travel
   * together. All or nothing. Throws EPOOLCLOSED, EBADOPTION, EBADNAME, ENAMEINUSE, EPORTTAKEN, and all that `attach` throws.
   */
  async take(spec: TakeSpec = {}, options: TakeOptions = {}): Promise<TakenSandbox> {
    this.#refuseClosed();
    const taking = this.#take(spec, options);
    this.#underWay.add(taking);
    try {
      return await taking;
    } finally {
      this.#underWay.delete(taking);
    }
  }

  async #take(spec: TakeSpec, options: TakeOptions): Promise<TakenSandbox> {
    const called = performance.now();
    const wish = readTake(spec);
    if (options.signal?.aborted) {
      throw newError('EABORTED', {}, { cause: options.signal.reason });
    }
    const taking = { wish, called };
    let outcome = await this.#taking.one(taking);
    if (outcome.kind === 'refused' && isInTheWay(outcome.error)) {
      await this.#clearTheWay(spec);
      outcome = await this.#taking.one(taking);
    }
    if (this.#wish.refillBelow > 0 && !this.#isPaused) {
      this.#refill.wake();
    }
    switch (outcome.kind) {
      case 'taken':
        this.#own.delete(outcome.attached.sandbox);
        return { ...outcome.attached, source: 'pool' };
      case 'unfinished':
        this.#own.delete(outcome.unfinished.record.id);
        return { ...attachedOrThrow(await this.#finishing.one(outcome.unfinished)), source: 'pool' };
      case 'empty':
        await this.#lookAgain();
        return { ...(await this.#context.attach(this.#specFor(spec), options)), source: 'built' };
      case 'refused':
        throw outcome.error;
    }
  }

  /**
   * Builds what is missing, and returns how many there are then. Entries of processes that have ended are taken over, or removed if
   * they publish ports. When some cannot be built the others stay, and the first error is thrown: what `attach` throws.
   */
  async fill({ signal, onProgress }: FillOptions = {}): Promise<number> {
    this.#refuseClosed();
    this.#isPaused = false;
    const { shelf } = await this.#open();
    await this.#adopt(shelf);
    const missing = Math.max(0, this.#wish.size - this.size);
    let done = 0;
    // In parts, so that who aborts does not wait for all of them.
    while (done < missing) {
      if (signal?.aborted) {
        throw newError('EABORTED', {}, { cause: signal.reason });
      }
      const part = Math.min(64, missing - done);
      const results = await this.#building.all(Array.from({ length: part }, () => undefined));
      done += part;
      onProgress?.(done, missing);
      const failed = results.find(({ error }) => error);
      if (failed?.error) {
        throw failed.error;
      }
    }
    return this.size;
  }

  /** Removes all entries, whoever has built them; those that are taken meanwhile stay. No more are built until `fill`. Returns how many. */
  async drain(): Promise<number> {
    this.#refuseClosed();
    this.#isPaused = true;
    const { endpoint } = this.#context;
    const { shelf } = await this.#open();
    return drain(endpoint, shelf.key);
  }

  /** Ends what is under way and removes the entries that end with it; sandboxes that were taken stay. Can be repeated. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await this.#refill.close();
    await Promise.allSettled(this.#underWay);
    await Promise.all([this.#taking.close(), this.#finishing.close(), this.#building.close()]);
    if (this.#wish.bound) {
      await removeEntries(this.#context.endpoint, [...this.#own]);
    }
  }

  /** Looks the network up once, and makes it ready. */
  #open(): Promise<Stock> {
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

  #ready(): Promise<Network> {
    const name = this.network === 'default' ? defaultNetworkName : this.network;
    return this.#context.endpoint.networks.ready(parseReference(name, 'network'));
  }

  /** Another network may have its name by now. */
  async #lookAgain(): Promise<void> {
    const looked = this.#stock;
    const stock = await looked;
    const isThere = ({ network }: Stock) =>
      this.#context.endpoint.networks.find(parseReference(network.record.id, 'network')) !== undefined;
    if (stock && !isThere(stock) && this.#stock === looked) {
      this.#stock = undefined;
    }
  }

  async #takeSome(takings: readonly Taking[]): Promise<Outcome[]> {
    return takeTogether(this.#context.endpoint, await this.#open(), takings);
  }

  /** What `attach` would remove before it: see there. */
  async #clearTheWay({ name, publish }: TakeSpec): Promise<void> {
    const { network } = await this.#open();
    const request = readSpec({ create: true, network: this.network, name, publish });
    await clearTheWay(this.#context.endpoint, [{ request, network }]);
  }

  #specFor(spec: TakeSpec): AttachSpec {
    const { publish = [], expose = [] } = this.#spec;
    return {
      ...spec,
      create: true,
      network: this.network,
      publish: [...publish, ...(spec.publish ?? [])],
      expose: [...expose, ...(spec.expose ?? [])],
    };
  }

  async #build(count: number): Promise<AttachResult[]> {
    const { endpoint } = this.#context;
    await this.#open();
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
    const { shelf } = await this.#open();
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
      const [result] = await this.#build(1);
      attachedOrThrow(result as AttachResult);
    }
    return this.#isFilling;
  }

  async #adopt({ key }: Shelf): Promise<void> {
    const { endpoint } = this.#context;
    const { ids, withdrawn } = adoptForsaken(endpoint, key, this.#wish.bound);
    for (const id of ids) {
      this.#own.add(id);
    }
    throwFirst(await detachRecords(endpoint, [...withdrawn, ...halfDone(endpoint, key.network)]));
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

  #refuseClosed(): void {
    if (this.#closing) {
      throw newError('EPOOLCLOSED', { network: this.network });
    }
  }
}

function attachedOrThrow({ attached, error }: AttachResult): Attached {
  if (error) {
    throw error;
  }
  return attached;
}

/** Whether it may be one that was abandoned, which nobody has to wait for. */
function isInTheWay(error: Error): boolean {
  return error instanceof NetplumbError && ['ENAMEINUSE', 'EPORTTAKEN'].includes(error.code);
}
