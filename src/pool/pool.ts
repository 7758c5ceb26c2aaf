import { clearTheWay } from '../endpoint/clear-the-way.js';
import { type Attached, type AttachResult, type AttachSpec, Batcher } from '../endpoint/index.js';
import { readSpec } from '../endpoint/spec.js';
import { NetplumbError, newError } from '../errors/index.js';
import { finish } from './finish.js';
import {
  checkPoolNetwork,
  type PoolOptions,
  readPoolOptions,
  readTake,
  type TakeOptions,
  type TakeSpec,
} from './spec.js';
import { type FillOptions, Supply, type SupplyContext } from './supply.js';
import { type Outcome, type Taking, takeTogether, type Unfinished } from './take.js';

/** What a pool works with. */
export interface PoolContext extends SupplyContext {
  /** Attaches in the foreground, when there is nothing to take. */
  readonly attach: (spec: AttachSpec, options: TakeOptions) => Promise<Attached>;
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
  readonly #spec: AttachSpec;
  readonly #supply: Supply;
  readonly #taking: Batcher<Taking, Outcome>;
  readonly #finishing: Batcher<Unfinished, AttachResult>;
  /** Takes that are under way. */
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  /** Throws EBADMODE, EBADOPTION, EBADPORT. Use `host.pool`. */
  constructor(context: PoolContext, network: string, options: PoolOptions) {
    checkPoolNetwork(network);
    this.network = network;
    this.#context = context;
    const wish = readPoolOptions(options);
    const { publish, expose } = options;
    const spec = { create: true, network, publish, expose, bound: wish.bound };
    this.#spec = spec;
    this.#supply = new Supply(context, wish, spec);
    const { endpoint } = context;
    // One at a time, so that one that waits for its ports does not hold up others that need none.
    this.#taking = new Batcher({ run: (takings) => this.#takeSome(takings), chunkSize: 16, mostUnderWay: 1 });
    this.#finishing = new Batcher({
      run: (taken) => endpoint.foreground.during(() => finish(endpoint, taken)),
      chunkSize: 16,
      mostUnderWay: 6,
    });
  }

  /** How many can be taken at the moment, whoever has built them; 0 before the pool was first used. Throws EPOOLCLOSED. */
  get size(): number {
    this.#refuseClosed();
    return this.#supply.size;
  }

  /** Why the last one could not be built in the background; nothing when all is well. */
  get problem(): Error | undefined {
    return this.#supply.problem;
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
    this.#supply.wake();
    switch (outcome.kind) {
      case 'taken':
        this.#supply.leave(outcome.attached.sandbox);
        return { source: 'pool', ...outcome.attached };
      case 'unfinished':
        this.#supply.leave(outcome.unfinished.record.id);
        return { source: 'pool', ...attachedOrThrow(await this.#finishing.one(outcome.unfinished)) };
      case 'empty':
        await this.#supply.lookAgain();
        return { source: 'built', ...(await this.#context.attach(this.#specFor(spec), options)) };
      case 'refused':
        throw outcome.error;
    }
  }

  /**
   * Builds what is missing, and returns how many there are then. Entries of processes that have ended are taken over, or removed if
   * they publish ports. When some cannot be built the others stay, and the first error is thrown: what `attach` throws.
   */
  async fill(options: FillOptions = {}): Promise<number> {
    this.#refuseClosed();
    return this.#supply.fill(options);
  }

  /** Removes all entries, whoever has built them; those that are taken meanwhile stay. No more are built until `fill`. Returns how many. */
  async drain(): Promise<number> {
    this.#refuseClosed();
    return this.#supply.drain();
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
    await this.#supply.stop();
    await Promise.allSettled(this.#underWay);
    await Promise.all([this.#taking.close(), this.#finishing.close()]);
    await this.#supply.close();
  }

  async #takeSome(takings: readonly Taking[]): Promise<Outcome[]> {
    return takeTogether(this.#context.endpoint, await this.#supply.open(), takings);
  }

  /** What `attach` would remove before it: see there. */
  async #clearTheWay({ name, publish }: TakeSpec): Promise<void> {
    const { network } = await this.#supply.open();
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
