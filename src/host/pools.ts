import { parseReference } from '../address/index.js';
import type { EndpointContext } from '../endpoint/index.js';
import { newError } from '../errors/index.js';
import { drain, listPools, Pool, type PoolInfo, type PoolOptions, type TakeOptions } from '../pool/index.js';
import { findNetwork } from '../store/index.js';

/** How the host attaches in the foreground. */
export type Attach = ConstructorParameters<typeof Pool>[0]['attach'];

/** The pools of one host: those of this process, and what there is of others'. */
export class HostPools {
  readonly #context: EndpointContext;
  readonly #attach: Attach;
  readonly #open = new Set<Pool>();
  /** By network, as it was named. */
  readonly #takers = new Map<string, Pool>();

  constructor(context: EndpointContext, attach: Attach) {
    this.#context = context;
    this.#attach = attach;
  }

  /** See `Host.pool`. */
  open(network: string, options: PoolOptions): Pool {
    const own = { endpoint: this.#context, attach: this.#attach, isIdle: () => !this.#context.foreground.isBusy };
    const pool = new Pool(own, network, options);
    this.#open.add(pool);
    return pool;
  }

  /** One that builds nothing ahead, for who only takes. */
  taker(network: string): Pool {
    const known = this.#takers.get(network);
    const pool = known ?? this.open(network, { size: 0 });
    this.#takers.set(network, pool);
    return pool;
  }

  /** All that wait, of any process. */
  list(): PoolInfo[] {
    return this.#context.store.read(listPools);
  }

  /** See `Host.drainPools`. */
  async drain(network: string, options: TakeOptions): Promise<number> {
    const reference = parseReference(network, 'network');
    const { store } = this.#context;
    const id = store.read((tables) => findNetwork(tables, reference))?.id;
    if (id === undefined) {
      throw newError('ENONETWORK', { network });
    }
    return drain(this.#context, { network: id }, options);
  }

  /** Closes those of this process. Can be repeated. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((pool) => pool.close()));
  }
}
