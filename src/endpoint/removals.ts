import type { NetplumbError } from '../errors/index.js';
import type { Connection } from '../netlink/index.js';
import { Batcher } from './batcher.js';
import type { EndpointContext } from './context.js';
import type { Foreground } from './foreground.js';
import { NamespaceEnds } from './namespace-ends.js';
import { Pace, shareOf } from './pace.js';
import { type Owned, removeEndpoints } from './remove-endpoints.js';

/**
 * Links that are deleted with one request. The kernel holds its lock (RTNL) for all of them, about half a millisecond for each, and then
 * waits for all processors, some 20 ms however many there are: few, so that attaches get in between; many, so that the waits are few.
 */
const linksAtOnce = { fewest: 16, most: 1024 };

/** Namespaces that are let go of at once while attaches come; see `#unpin`. */
const namespacesAtOnce = { fewest: 4, first: 8, most: 16 };

/** Milliseconds that the kernel takes for those: with less they may be more, with more they had better be fewer. */
const lotTakes = { least: 80, most: 160 };

/** Files that are removed with one trip to the engine: all that there may be. */
const filesAtOnce = 2 ** 16;

/** From so few on it takes no longer than an attach, and waits for none. */
const few = 4;

/**
 * What is removed from the kernel goes through here, on a thread of its own: the kernel's waits would hold attaches up that come
 * behind them.
 */
export class Removals {
  readonly #foreground: Foreground;
  readonly #open: () => Promise<Connection>;
  readonly #links: Batcher<Owned, Error | undefined>;
  readonly #files: Batcher<string, NetplumbError | null>;
  #connection: Promise<Connection> | undefined;
  /** Whether namespaces are held back. */
  #isPaced = false;
  /** How many of them may go at once then. */
  #lot = namespacesAtOnce.first;

  /** `open`: a connection for this alone; asked for when there is something to remove. */
  constructor({ foreground, store }: Pick<EndpointContext, 'foreground' | 'store'>, open: () => Promise<Connection>) {
    this.#foreground = foreground;
    this.#open = open;
    const pace = new Pace(foreground, linksAtOnce);
    const turn = (waiting: number) => (waiting > few ? foreground.idle() : undefined);
    this.#links = new Batcher({
      run: async (owned: readonly Owned[]) => removeEndpoints({ connection: await this.connection(), store }, owned),
      chunkSize: (waiting) => pace.next(waiting),
      mostUnderWay: 1,
      turn,
    });
    this.#files = new Batcher({
      run: (files: readonly string[]) => this.#unpin(files),
      chunkSize: (waiting) => this.#filesAtOnce(waiting),
      mostUnderWay: 1,
      turn,
    });
  }

  /** Throws what opening it throws; the next call tries again. */
  connection(): Promise<Connection> {
    this.#connection ??= this.#open().catch((error) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  /**
   * Deletes endpoints' links; one error or nothing for each. The newest had better come first in the list: each notification about a
   * veth looks its far end's namespace up in a list (peernet2id), where the latest are first.
   */
  endpoints(owned: readonly Owned[]): Promise<(Error | undefined)[]> {
    return this.#links.all(owned);
  }

  /** Removes files under /run/netns, and the namespaces that nobody else has; one error or null for each. */
  files(paths: readonly string[]): Promise<(NetplumbError | null)[]> {
    return this.#files.all(paths);
  }

  async close(): Promise<void> {
    await Promise.all([this.#links.close(), this.#files.close()]);
    const connection = await this.#connection?.catch(() => undefined);
    await connection?.close();
  }

  #filesAtOnce(waiting: number): number {
    this.#isPaced = waiting > few && !this.#foreground.isQuiet;
    return this.#isPaced ? Math.max(this.#lot, shareOf(waiting)) : filesAtOnce;
  }

  /**
   * The kernel destroys all namespaces together that have been let go of since it began with those before (cleanup_net in
   * net/core/net_namespace.c). For each it looks through all that are alive, half a microsecond for each of those and most of the
   * work; those that are destroyed with it are none of them, so that all at once is by far the cheapest. But meanwhile it leaves the
   * processor to nobody, and then it holds RTNL for all of them: while attaches come, only a few go at once, and the next ones when it
   * has begun with those before.
   */
  async #unpin(files: readonly string[]): Promise<(NetplumbError | null)[]> {
    const connection = await this.connection();
    if (!this.#isPaced) {
      return connection.unpin(files);
    }
    await using ends = new NamespaceEnds(connection);
    const started = performance.now();
    const errors = await connection.unpin(files);
    await ends.begun(errors.filter((error) => error === null).length);
    this.#adapt(performance.now() - started);
    return errors;
  }

  /** The more namespaces there are on the machine, the longer each takes. */
  #adapt(milliseconds: number): void {
    const { fewest, most } = namespacesAtOnce;
    if (milliseconds > lotTakes.most) {
      this.#lot = Math.max(fewest, this.#lot / 2);
    } else if (milliseconds < lotTakes.least) {
      this.#lot = Math.min(most, 2 * this.#lot);
    }
  }
}
