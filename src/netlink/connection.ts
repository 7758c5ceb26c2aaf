import { closeSync, openSync } from 'node:fs';
import { type NetplumbError, newError, refusable, throwFirst } from '../errors/index.js';
import { ConnectionTable, type ConnectionWishes } from './connection-table.js';
import type { Topic } from './event.js';
import { type FailureContext, failureToError, rejectionToError } from './failure.js';
import {
  type HostPort,
  type LinkName,
  type NativeAnswer,
  type NativeEngine,
  type NativeFailure,
  native,
  type Plan,
  type PlanOutcome,
  type Sysctl,
} from './native.js';
import { type Netns, netnsPath, netnsRef, ownNetns } from './netns.js';
import { getGeneration } from './nft-generation.js';
import { partsOf } from './nft-transaction.js';
import type { Listing, Request } from './request.js';
import { type SubscribeOptions, Subscription } from './subscription.js';
import { runTool, type ToolCall, type ToolOutcome } from './tool.js';

/** What became of one of several requests: an error, or the message that came back (null: a bare acknowledgement). */
export type Answer<Reply = unknown> =
  | { readonly error: NetplumbError; readonly body: null }
  | { readonly error: null; readonly body: Reply | null };

/** A namespace that was made. */
export interface CreatedNetns {
  /** Its file under /run/netns. */
  readonly path: string;
  /** The kernel's number of it, unique until the next boot; 0n where the kernel has none (before Linux 5.14). */
  readonly cookie: bigint;
}

/**
 * A conversation with the kernel about one network namespace, on a thread of its own that does nothing else. Requests
 * are answered in the order in which they were made; plans are carried out when no request waits, which goes for each of many. All
 * methods throw NetplumbError: the kernel's refusals, EBADREQUEST for a request that cannot be written, ECLOSED.
 */
export class Connection {
  /** The descriptor that means a plan's own sandbox wherever its messages name a namespace. */
  readonly sandboxSlot: number;
  readonly #engine: NativeEngine;
  /** A descriptor of the namespace, which outlives a thread that has ended itself. */
  readonly #home: number;
  readonly #subscriptions = new Set<AsyncDisposable>();
  readonly #table: ConnectionTable;
  /** Work elsewhere than on the engine's thread that needs the namespace's descriptor. */
  readonly #elsewhere = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  private constructor(engine: NativeEngine, { sandboxSlot, home }: { sandboxSlot: number; home: number }) {
    this.#engine = engine;
    this.sandboxSlot = sandboxSlot;
    this.#home = home;
    this.#table = new ConnectionTable(engine, home);
  }

  /**
   * `netns`: the caller's own when not given. `isUrgent`: somebody waits for what the thread does; it goes before this process's
   * other threads (V8's compiler and collector) where the process may ask for that (CAP_SYS_NICE). Throws the kernel's refusal
   * (EPERM, ENOENT…), ENOPROCESS, ENOTNETNS, EBADNAME, EBADPID, EADDON.
   */
  static async open(netns: Netns = ownNetns, { isUrgent = false } = {}): Promise<Connection> {
    const engine = new (native().Engine)(netnsRef(netns), isUrgent);
    try {
      const { sandboxSlot, home } = await engine.ready();
      return new Connection(engine, { sandboxSlot, home: reopen(home) });
    } catch (reason) {
      await engine.close();
      throw rejectionToError(reason);
    }
  }

  /** Another one about the same namespace, on a thread of its own: what one of them waits for does not hold the other up. */
  twin(): Promise<Connection> {
    return this.#runElsewhere(() => Connection.open({ fd: this.#home }));
  }

  /**
   * Sends one request and returns what came back; undefined when the kernel only acknowledged. Throws its refusal.
   * `netns` asks another namespace instead, which is entered for that alone.
   */
  async request<Reply>(request: Request<Reply>, context: FailureContext = {}, netns?: Netns): Promise<Reply> {
    const [answer] = await this.#run((engine) => engine.exchange([request], netns && netnsRef(netns)), context);
    if (answer?.error) {
      throw failureToError(answer.error, context);
    }
    return (answer?.body ?? undefined) as Reply;
  }

  /**
   * Sends requests of one protocol of which none depends on another's success, in as few datagrams as they fit; one answer
   * for each.
   */
  async requestAll<Reply = unknown>(requests: readonly Request<Reply>[], netns?: Netns): Promise<Answer<Reply>[]> {
    const answers = await this.#run((engine) => engine.exchange(requests, netns && netnsRef(netns)));
    return answers.map(toAnswer<Reply>);
  }

  /**
   * Sends requests that change nf_tables (newElements, deleteElements, deleteTable) as one transaction: the kernel does all
   * of them or none. One answer for each: those that it refuses bear an error, and then nothing was done of the others
   * either, which bear none. Requests of any size and number. Throws what the kernel refuses the whole for: ERESTART when
   * nf_tables is not of that `generation` any more, EPERM.
   */
  async transact<Reply = unknown>(
    requests: readonly Request<Reply>[],
    { generation }: { readonly generation?: number } = {},
  ): Promise<Answer<Reply>[]> {
    const { parts, owners } = partsOf(requests);
    const answers = requests.map((): Answer<Reply> => ({ error: null, body: null }));
    for (const [i, answer] of (await this.#run((engine) => engine.transact(parts, generation))).entries()) {
      const owner = owners[i] as number;
      if (!answers[owner]?.error) {
        answers[owner] = toAnswer<Reply>(answer);
      }
    }
    return answers;
  }

  /** Which state nf_tables is in, for `transact`: every transaction, whoever makes it, brings another number. */
  async generation(): Promise<number> {
    return (await this.request(getGeneration())).id;
  }

  /** One consistent listing. Throws EDUMPINTR when it never held still. */
  async list<Item>(listing: Listing<Item>, netns?: Netns): Promise<Item[]> {
    return (await this.#run((engine) => engine.dump(listing, netns && netnsRef(netns)))) as Item[];
  }

  /**
   * Tells what happens in the namespace from now on: what is listed after this call is not older than the first event.
   * Ends when the loop is left, when the signal is aborted, and when the connection is closed; throws in the loop when it
   * cannot be opened or goes on no longer.
   */
  subscribe<T extends Topic>(topics: readonly T[], options: SubscribeOptions = {}): Subscription<T> {
    if (this.#closing) {
      throw newError('ECLOSED', {});
    }
    return new Subscription(this.#engine, topics, options, this.#subscriptions);
  }

  /** Makes a namespace and pins it under /run/netns, where `ip netns` sees it. Throws EBADNAME, EEXIST. */
  async createNetns(name: string, sysctls: readonly Sysctl[] = []): Promise<CreatedNetns> {
    const path = netnsPath(name);
    const [outcome] = await this.carryOut([{ sandbox: { create: true }, pin: path, sysctls, steps: [] }]);
    if (outcome?.error) {
      throw failureToError(outcome.error);
    }
    return { path, cookie: outcome?.cookie ?? 0n };
  }

  /** Takes a namespace's name away; it is gone once nobody uses it. One that is gone already counts as removed. */
  async removeNetns(name: string): Promise<void> {
    throwFirst(await this.unpin([netnsPath(name)]));
  }

  /**
   * Carries plans out, one after another; one outcome for each, whether it failed or not. Throws EBADREQUEST, and TypeError for a
   * bigint: plans travel as JSON, which is read in half the time that the objects would take.
   */
  carryOut(plans: readonly Plan[]): Promise<PlanOutcome[]> {
    return this.#run((engine) => engine.carryOut(JSON.stringify(plans)));
  }

  /** Removes files under /run/netns; what is gone already counts as removed. One error or null for each. */
  unpin(paths: readonly string[]): Promise<(NetplumbError | null)[]> {
    return this.#each((engine) => engine.unpin(paths));
  }

  /**
   * Puts links that are no hardware into a group, which notifies nobody: at ten thousand endpoints a fifth of the time that a request
   * for it (setLink) and the removal together take. One error or null for each: ENODEV, and EPERM or another where this is not to be
   * had; setLink may be, then.
   */
  groupLinks(links: readonly LinkName[], group: number): Promise<(NetplumbError | null)[]> {
    return this.#each((engine) => engine.groupLinks(links, group));
  }

  /** Sets parameters of the namespace; throws the first that could not be set. */
  async sysctl(sysctls: readonly Sysctl[]): Promise<void> {
    throwFirst(await this.#each((engine) => engine.sysctl(sysctls)));
  }

  /**
   * What files say that are the namespace's own, below /proc/sys/net (`sys/net/ipv4/ip_forward`) and /proc/net
   * (`net/ip_tables_names`); at most 64 KiB of each, without the last line break. Undefined for one that is not there or
   * must not be read.
   */
  async readFiles(paths: readonly string[]): Promise<(string | undefined)[]> {
    return (await this.#run((engine) => engine.readFiles(paths))).map(({ text }) => text ?? undefined);
  }

  /**
   * Keeps ports of the namespace from everybody else until they are released or this is closed; one error or null for
   * each. EADDRINUSE: someone has it, or one that overlaps it (an address of one that is held on all). EADDRNOTAVAIL: no
   * interface has the address. EACCES: it takes a privilege to have that port. A port of a protocol that the kernel lacks
   * counts as held, and so does one that is held by this connection already.
   *
   * What no rule has sent elsewhere is not accepted there: connections are refused, datagrams dropped.
   */
  holdPorts(ports: readonly HostPort[]): Promise<(NetplumbError | null)[]> {
    return this.#each((engine) => engine.holdPorts(ports));
  }

  /** Lets others have ports again; nothing happens to those that are not held. */
  async releasePorts(ports: readonly HostPort[]): Promise<void> {
    await this.#run((engine) => engine.releasePorts(ports));
  }

  /**
   * Runs a program in the namespace to its end, with an environment of its own (PATH, LANG=C) and our mounts; it is killed
   * if this process ends. Throws ENOENT when no candidate exists, EACCES when none may be executed.
   */
  runTool(call: ToolCall): Promise<ToolOutcome> {
    return this.#runElsewhere(() => runTool(call, { fd: this.#home }));
  }

  /**
   * Makes the kernel forget connections, so that the next packet of each is translated and filtered as rules now are, and
   * tells how many there were (of all flushes that shared one listing, see ConnectionTable). Does nothing when the kernel
   * tracks none. Other requests are answered meanwhile. Throws EINVAL when the kernel tracks connections but cannot list
   * them (CONFIG_NF_CT_NETLINK), EPERM.
   */
  flushConnections(wishes: ConnectionWishes): Promise<number> {
    return this.#runElsewhere(() => this.#table.flush(wishes));
  }

  /**
   * Finishes what is under way, also programs that run and connections that are to be forgotten, refuses requests that wait with ECLOSED, ends subscriptions and the thread. Can be
   * repeated.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    for (const subscription of this.#subscriptions) {
      void subscription[Symbol.asyncDispose]();
    }
    await Promise.allSettled(this.#elsewhere);
    await this.#engine.close();
    closeSync(this.#home);
  }

  /** Not an async function: that would keep what the work was told, as plans of kilobytes each, until it is done. */
  #run<Result>(work: (engine: NativeEngine) => Promise<Result>, context?: FailureContext): Promise<Result> {
    if (this.#closing) {
      return Promise.reject(newError('ECLOSED', {}, context));
    }
    try {
      return work(this.#engine).catch((reason) => {
        throw rejectionToError(reason, context);
      });
    } catch (reason) {
      return Promise.reject(rejectionToError(reason, context));
    }
  }

  async #runElsewhere<Result>(work: () => Promise<Result>): Promise<Result> {
    const running = this.#run(work);
    this.#elsewhere.add(running);
    try {
      return await running;
    } finally {
      this.#elsewhere.delete(running);
    }
  }

  async #each(work: (engine: NativeEngine) => Promise<(NativeFailure | null)[]>): Promise<(NetplumbError | null)[]> {
    return (await this.#run(work)).map((failure) => failure && failureToError(failure));
  }
}

/** Another descriptor of what one leads to. Throws the kernel's refusal. */
function reopen(descriptor: number): number {
  const path = `/proc/self/fd/${descriptor}`;
  return refusable(path, () => openSync(path, 'r'));
}

function toAnswer<Reply>({ error, body }: NativeAnswer): Answer<Reply> {
  return error ? { error: failureToError(error), body: null } : { error: null, body: body as Reply | null };
}
