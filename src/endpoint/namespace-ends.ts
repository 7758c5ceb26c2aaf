import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '../netlink/index.js';

/** Milliseconds: more than the kernel takes for one lot of them, unless it is busy with others. */
const longestWait = 250;

/**
 * Follows namespaces that the kernel destroys: when it begins with one, every other that had a number for it forgets that, and
 * says so (unhash_nsid in net/core/net_namespace.c).
 */
export class NamespaceEnds implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #over: Promise<void>;
  #seen = 0;
  #awaited = Number.POSITIVE_INFINITY;
  #reached = () => {};

  /** From now on, as seen from the connection's namespace. */
  constructor(connection: Connection) {
    this.#over = this.#follow(connection);
  }

  /**
   * Until it has begun with so many since this was made, but for a quarter of a second at most: one may have no number, or somebody
   * else who keeps it.
   */
  async begun(count: number): Promise<void> {
    this.#awaited = count;
    const reached = new Promise<void>((resolve) => {
      this.#reached = resolve;
    });
    this.#tell();
    const { signal } = this.#stop;
    await Promise.race([reached, this.#over, delay(longestWait, undefined, { signal }).catch(() => undefined)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#over;
  }

  async #follow(connection: Connection): Promise<void> {
    try {
      for await (const event of connection.subscribe(['netns-id'], { signal: this.#stop.signal })) {
        if (event.type === 'lost') {
          return;
        }
        this.#seen += event.action === 'del' ? 1 : 0;
        this.#tell();
      }
    } catch {
      // Nothing but the pace depends on it.
    }
  }

  #tell(): void {
    if (this.#seen >= this.#awaited) {
      this.#reached();
    }
  }
}
