import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fromKernel, newError } from '../../errors/index.js';
import type { NetworkRecord, Store, Tables } from '../../store/index.js';
import { instanceOnRecord, type ListenProblem } from './control.js';
import { networksInUse } from './lifecycle.js';
import { nameServerAddresses } from './names-of.js';
import { Deadline, orExpired } from './service-deadline.js';
import { ServiceLink } from './service-link.js';
import { connectOrStart, type ServerPlace } from './service-start.js';

export interface NameServiceOptions {
  readonly store: Store;
  readonly stateDir: string;
  /** File of the host's network namespace. */
  readonly netns: string;
  /** Of the host's options: `dns`, name servers for what is not known here. */
  readonly defaults: { readonly dns?: readonly string[] | undefined };
}

/** Milliseconds that a server may take to begin, and to answer. */
const patience = 15_000;
/** Milliseconds before a server that breaks down again and again is started once more. */
const shortestPause = 100;
const longestPause = 10_000;

/**
 * The name server of a host, as a process that attaches sandboxes sees it: there when it is needed. While this process lives and
 * has needed it, it is started again whenever it breaks down.
 */
export class NameService {
  readonly #store: Store;
  readonly #place: ServerPlace;
  readonly #closing = new AbortController();
  #link: ServiceLink | undefined;
  #linking: Promise<ServiceLink> | undefined;
  #restarting: Promise<void> = Promise.resolve();
  /** How long a server is waited with that has just been started again. */
  #pause = 0;
  #lastStart = Number.NEGATIVE_INFINITY;

  constructor({ store, stateDir, netns, defaults }: NameServiceOptions) {
    this.#store = store;
    this.#place = { directory: store.directory, stateDir: resolve(stateDir), netns: resolve(netns), dns: defaults.dns };
  }

  /**
   * Makes sure that there is a server and that it serves these networks; those without names it passes over. What it has made sure
   * of can be over again, when the last sandbox goes that needed it: `isSure` tells, in the transaction that records the next one.
   * Throws ENAMESERVER, whose cause is what the kernel refused if it did (EADDRINUSE says which program has the port), ECLOSED.
   */
  async ensure(networks: readonly NetworkRecord[]): Promise<void> {
    for (const network of networks) {
      if (nameServerAddresses(network).length > 0) {
        await this.#ensureOne(network);
      }
    }
  }

  /**
   * Whether that network is served, and goes on being served as long as there are sandboxes on it: if there is one when this
   * transaction is completed, the server does not end. True for networks without names.
   */
  isSure(tables: Tables, network: NetworkRecord): boolean {
    return (
      nameServerAddresses(network).length === 0 ||
      (this.#link?.serves(network.id) === true && instanceOnRecord(tables) === this.#link.instance)
    );
  }

  /** Starts the server again where one is on record that somebody has ended: others rely on it. Throws ENAMESERVER. */
  async revive(): Promise<void> {
    if (this.#store.read(instanceOnRecord) === undefined) {
      return;
    }
    using deadline = new Deadline(patience);
    const link = await ServiceLink.open(this.#place.directory, deadline.signal);
    link?.close();
    if (!link) {
      await this.ensure(this.#store.read(networksInUse));
    }
  }

  /** Lets go of the server, which stays as long as it is needed. Can be repeated. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#linking?.catch(() => undefined);
    this.#link?.close();
    await this.#restarting;
  }

  async #ensureOne(network: NetworkRecord): Promise<void> {
    const isSure = () => this.#store.read((tables) => this.isSure(tables, network));
    using deadline = new Deadline(patience);
    while (!isSure()) {
      if (this.#closing.signal.aborted) {
        throw newError('ECLOSED', {});
      }
      const link = await explained(network, orExpired(this.#connect(), deadline));
      const problem = await explained(network, orExpired(link.listen(network.id), deadline));
      if (problem !== undefined && problem !== 'over') {
        throw refusal(network, reasonOf(problem), kernelError(problem));
      }
      if (problem === undefined && !isSure()) {
        // Whoever has answered is not the server that is on record, or is no longer: not one to rely on.
        link.close();
        await link.ended;
      }
    }
  }

  /** One connection for all who ask. */
  #connect(): Promise<ServiceLink> {
    if (this.#link?.isOpen) {
      return Promise.resolve(this.#link);
    }
    this.#linking ??= this.#connectAnew().finally(() => {
      this.#linking = undefined;
    });
    return this.#linking;
  }

  async #connectAnew(): Promise<ServiceLink> {
    using deadline = new Deadline(patience);
    const link = await connectOrStart(this.#place, deadline.signal);
    this.#link = link;
    this.#lastStart = performance.now();
    void link.ended.then(({ isWanted }) => {
      if (isWanted && !this.#closing.signal.aborted) {
        this.#restarting = this.#restart();
      }
    });
    return link;
  }

  /** At once the first time, later and later when it does not last. Neither the waiting keeps this process running, nor the server. */
  async #restart(): Promise<void> {
    const { signal } = this.#closing;
    const hasLasted = performance.now() - this.#lastStart > longestPause;
    for (this.#pause = hasLasted ? 0 : this.#pause; !signal.aborted; ) {
      const pause = this.#pause;
      this.#pause = Math.min(Math.max(2 * pause, shortestPause), longestPause);
      await setTimeout(pause, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) {
        return;
      }
      try {
        await this.#connect();
        return;
      } catch {
        // The next who needs it is told; until then it is tried again.
      }
    }
  }
}

async function explained<Result>(network: NetworkRecord, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    throw refusal(network, (cause as Error).message, cause);
  }
}

function refusal({ name }: NetworkRecord, reason: string, cause: unknown): Error {
  return newError('ENAMESERVER', { network: name, reason }, { cause });
}

function reasonOf({ object, user, errno }: ListenProblem): string {
  const [address] = object.split('/');
  return user === undefined ? kernelError({ object, errno }).message : `${user} has port ${address} already`;
}

function kernelError({ errno, object, user }: ListenProblem): Error {
  const reason = user === undefined ? undefined : `${user} has it`;
  return fromKernel({ errno, operation: 'bind', object, reason });
}
