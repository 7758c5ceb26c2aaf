import { parseReference } from '../address/index.js';
import {
  type Asked,
  type Attached,
  type AttachResult,
  type AttachSpec,
  attachChunk,
  Batcher,
  type DetachResult,
  describeRecord,
  detachSandboxes,
  type EndpointContext,
  type Entry,
  type LinkEnds,
  type LinkOptions,
  linkSandboxes,
  publishPorts,
  traceAttach,
  traceDetach,
  unlinkSandboxes,
  unpackTimes,
  unpublishPorts,
} from '../endpoint/index.js';
import { newError } from '../errors/index.js';
import { type FirewallBackend, reservePorts } from '../firewall/index.js';
import type { Pool, PoolInfo, PoolOptions, TakenSandbox, TakeOptions, TakeSpec } from '../pool/index.js';
import { allSandboxes, findSandbox, type PublishedPort, type SandboxRecord, type Tables } from '../store/index.js';
import { examine, type Finding, type Subject } from './doctor/index.js';
import { type EventsOptions, HostEvents } from './events/index.js';
import { collectGarbage, type GarbageReport } from './gc.js';
import { HostNetworks } from './networks.js';
import { open } from './open.js';
import type { HostOptions } from './options.js';
import { HostPools } from './pools.js';

export interface AttachOptions {
  /** Aborting refuses with EABORTED what has not been begun; what has is finished. */
  readonly signal?: AbortSignal | undefined;
}

export interface AttachAllOptions extends AttachOptions {
  /** Called now and then with how many have come to an end, well or not. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A sandbox as `sandboxes` and `inspect` tell of it. */
export interface Sandbox extends Omit<Attached, 'microseconds' | 'sandbox'> {
  readonly id: string;
  readonly state: SandboxRecord['state'];
  /** Milliseconds since 1970. */
  readonly created: number;
  /** How long the steps of its attach took, as `attach` told, in whole microseconds; told by `inspect` alone, where it is known. */
  readonly microseconds?: Attached['microseconds'];
}

/**
 * One host: the network namespace that holds bridges, and the records of what is attached to it. Any number of hosts and
 * of processes that have the same one open may work at once.
 */
export class Host implements AsyncDisposable {
  /** File of its network namespace, as it was opened. */
  readonly netns: string;
  /** Who filters packets and translates addresses on it. */
  readonly firewall: FirewallBackend;
  /** Its networks. */
  readonly networks: HostNetworks;
  /** What could not be taken over when it was opened: networks whose definitions are damaged, and records that were lost. */
  readonly problems: readonly Error[];
  readonly #subject: Subject;
  readonly #context: EndpointContext;
  readonly #attaching: Batcher<Entry, AttachResult>;
  readonly #detaching: Batcher<Asked, DetachResult>;
  readonly #pools: HostPools;
  /** Those that are being listened to. */
  readonly #events = new Set<AsyncDisposable>();
  /** The last garbage collection that was asked for. */
  #collecting: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  /** Use `openHost`. */
  private constructor(subject: Subject, context: EndpointContext, problems: readonly Error[]) {
    this.#subject = subject;
    this.netns = subject.netns;
    this.firewall = context.firewall.backend;
    this.problems = problems;
    this.networks = new HostNetworks(context, () => this.#refuseClosed());
    this.#context = context;
    this.#pools = new HostPools(context, (spec, options) => this.attach(spec, options));
    // Chunks that share transactions and trips to the engine, each of them some hundred microseconds of the main thread at a time: it
    // may have to share its processor with V8's compiler, and everyone else waits for it so much longer. So many at once that the
    // engine has something to do while ports and rules of the next ones come into force.
    this.#attaching = new Batcher({
      run: (entries) => attachChunk(context, entries),
      chunkSize: 8,
      mostUnderWay: 12,
      turns: context.turns,
    });
    // All that is asked for at one moment together, so that the kernel destroys it together; what comes later does not wait for it.
    this.#detaching = new Batcher({
      run: (asked) => detachSandboxes(context, asked),
      chunkSize: 2 ** 16,
      mostUnderWay: 16,
    });
  }

  /** See `openHost`. */
  static async open(options: HostOptions = {}): Promise<Host> {
    const { subject, context, problems } = await open(options);
    return new Host(subject, context, problems);
  }

  /**
   * Makes a sandbox of a namespace and joins it to a network. Calls of one moment travel together. All or nothing:
   * when it throws, no link, lease, file or record is left. Errors: see docs/errors.md.
   */
  async attach(spec: AttachSpec, { signal }: AttachOptions = {}): Promise<Attached> {
    const trace = this.#closing ? undefined : traceAttach(spec);
    const entry = { spec, signal, called: performance.now(), trace };
    const { attached, error } = await this.#context.foreground.during(() => this.#attaching.one(entry));
    if (error) {
      throw error;
    }
    return attached;
  }

  /** Attaches many; one result or error for each spec, in their order. One that fails does not touch the others. */
  attachAll(specs: readonly AttachSpec[], { signal, onProgress }: AttachAllOptions = {}): Promise<AttachResult[]> {
    const called = performance.now();
    const entries = specs.map((spec) => ({
      spec,
      signal,
      called,
      trace: this.#closing ? undefined : traceAttach(spec),
    }));
    return this.#context.foreground.during(() => this.#attaching.all(entries, onProgress));
  }

  /**
   * Removes a sandbox by name, id or at least the first 12 characters of it, with everything that belongs to it. Succeeds
   * when it is already gone. When it throws, what is left is still on record, and detaching can be repeated.
   */
  async detach(sandbox: string): Promise<void> {
    const { error } = await this.#detaching.one(this.#asked(sandbox));
    if (error) {
      throw error;
    }
  }

  /** Removes many, which takes far less than removing each; one result for each, in their order. */
  detachAll(sandboxes: readonly string[]): Promise<DetachResult[]> {
    return this.#detaching.all(sandboxes.map((sandbox) => this.#asked(sandbox)));
  }

  /**
   * Sandboxes of a network that are built ahead, for `take`; closed with the host. Nothing is built before `fill` or the first `take`.
   * Pools of one network with the same ports share what there is, in all processes. Throws EBADMODE, EBADOPTION, EBADPORT, ECLOSED.
   *
   * @example
   * await using pool = host.pool('web', { size: 100, publish: ['80'] });
   * await pool.fill();
   * const { sandbox, netns, ports } = await pool.take({ name: 'web1' });
   */
  pool(network: string, options: PoolOptions): Pool {
    this.#refuseClosed();
    return this.#pools.open(network, options);
  }

  /**
   * Takes a sandbox of a network that somebody has built ahead, or builds it if there is none: see `Pool.take`. For who has no pool
   * of his own. Throws what `Pool.take` throws, EBADMODE, ECLOSED.
   */
  async take(network: string, spec: TakeSpec = {}, options: TakeOptions = {}): Promise<TakenSandbox> {
    this.#refuseClosed();
    return this.#pools.taker(network).take(spec, options);
  }

  /** What waits in pools, of any process. Throws ECLOSED. */
  pools(): PoolInfo[] {
    this.#refuseClosed();
    return this.#pools.list();
  }

  /**
   * Removes all that waits in pools of a network, whoever has built it, and returns how many those were; sandboxes that are taken meanwhile
   * stay. Throws ENONETWORK, EABORTED, ECLOSED, and the kernel's refusals.
   */
  async drainPools(network: string, options: TakeOptions = {}): Promise<number> {
    this.#refuseClosed();
    return this.#pools.drain(network, options);
  }

  /** All sandboxes on record, oldest first, but for those that wait in pools. Throws ECLOSED. */
  sandboxes(): Sandbox[] {
    this.#refuseClosed();
    const { store } = this.#context;
    return store.read((tables) => {
      const records = allSandboxes(tables).filter(({ pool }) => pool === undefined);
      return records.map((record) => describe(tables, record, store.directory));
    });
  }

  /** One sandbox by name, id or the beginning of its id. Throws ENOSANDBOX, EAMBIGUOUS, EBADNAME, ECLOSED. */
  inspect(sandbox: string): Sandbox {
    this.#refuseClosed();
    const reference = parseReference(sandbox, 'sandbox');
    const { store } = this.#context;
    const found = store.read((tables) => {
      const record = findSandbox(tables, reference);
      return record && { ...describe(tables, record, store.directory), ...timesOf(record) };
    });
    if (!found) {
      throw newError('ENOSANDBOX', { sandbox });
    }
    return found;
  }

  /**
   * Links two sandboxes by a pair of interfaces of their own, without a bridge: each gets an address and a route to the other's.
   * All or nothing. Returns the ends in the order of the sandboxes. Throws ENOSANDBOX, EUSAGE, ENOOWNNETNS, ENOREACH, EINUSE,
   * EBADADDR, EADDRTAKEN, EPOOL, and the kernel's refusals.
   */
  async link(one: string, other: string, options: LinkOptions = {}): Promise<LinkEnds> {
    this.#refuseClosed();
    return linkSandboxes(this.#context, one, other, options);
  }

  /** Takes the links between two sandboxes away. Throws ENOSANDBOX, ENOTLINKED, EINUSE, and the kernel's refusals. */
  async unlink(one: string, other: string): Promise<void> {
    this.#refuseClosed();
    return unlinkSandboxes(this.#context, one, other);
  }

  /**
   * Publishes further ports of a running sandbox: `8080:80`, `127.0.0.1::53/udp`. All or nothing. Returns them with the host's
   * ports that they got. Throws EBADPORT, ENOSANDBOX, EINUSE, EBADOPTION where nothing can be published, EPORTTAKEN, EPORTINUSE,
   * ENOHOSTADDR, ENOFREEPORT, and the kernel's refusals.
   */
  async publish(sandbox: string, specs: readonly string[]): Promise<PublishedPort[]> {
    this.#refuseClosed();
    return publishPorts(this.#context, sandbox, specs);
  }

  /** Takes published ports back. Throws EBADPORT, ENOSANDBOX, ENOTPUBLISHED, EINUSE, and the kernel's refusals. */
  async unpublish(sandbox: string, specs: readonly string[]): Promise<void> {
    this.#refuseClosed();
    return unpublishPorts(this.#context, sandbox, specs);
  }

  /** A sandbox's published ports. Throws ENOSANDBOX, EAMBIGUOUS, EBADNAME, ECLOSED. */
  ports(sandbox: string): readonly PublishedPort[] {
    return this.inspect(sandbox).ports;
  }

  /** Brings the rules into force that are on record, and takes away what is not. Returns whether anything had to be done. */
  async applyRules(): Promise<boolean> {
    this.#refuseClosed();
    return this.#context.firewall.restore();
  }

  /** Brings records and kernel back in line: removes what no live sandbox owns, restores what is missing. */
  async gc(): Promise<GarbageReport> {
    this.#refuseClosed();
    const collected = this.#collecting.then(() => collectGarbage(this.#context));
    this.#collecting = collected.catch(() => undefined);
    return collected;
  }

  /** Looks at the host and says what to do about what it finds; changes nothing. See `examineHost`. */
  async doctor(): Promise<Finding[]> {
    this.#refuseClosed();
    return examine(this.#subject);
  }

  /**
   * Tells what happens to links, addresses and routes of the host, and what any process does to its sandboxes, networks and
   * endpoints, from now on: what is looked up after this call is not older than the first event. Ends when the loop is left,
   * when the signal is aborted, and when the host is closed. Throws EBADOPTION, ECLOSED, and the kernel's refusal to watch
   * the records; in the loop, when it goes on no longer.
   */
  events(options: EventsOptions = {}): HostEvents {
    this.#refuseClosed();
    return new HostEvents(this.#context, options, this.#events);
  }

  /** Finishes what is under way and lets go of everything; attached sandboxes stay. Can be repeated. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await this.#pools.close();
    await Promise.all([this.#attaching.close(), this.#detaching.close(), this.#collecting]);
    await Promise.all([...this.#events].map((events) => events[Symbol.asyncDispose]()));
    await this.#context.firewall.close();
    await this.#context.naming.close();
    if (this.#context.publishing.hasPublished) {
      // From now on nobody holds the ports of those that stay.
      await reservePorts(this.#context);
    }
    await this.#context.removals.close();
    await this.#context.connection.close();
    await this.#context.store.close();
  }

  /** A sandbox that is to be detached. */
  #asked(sandbox: string): Asked {
    return (this.#closing ? undefined : traceDetach(sandbox)) ?? sandbox;
  }

  #refuseClosed(): void {
    if (this.#closing) {
      throw newError('ECLOSED', {});
    }
  }
}

/**
 * Opens a host: its namespace, its records. Throws EPERM (with the capability that is missing), ENOTNETNS, ENOENT,
 * ESTATEVERSION, ESTATECORRUPT, EADDON and the grammars' codes.
 *
 * @example
 * await using host = await openHost();
 * const { endpoint } = await host.attach({ pid: 2778, name: 'web' });
 */
export function openHost(options: HostOptions = {}): Promise<Host> {
  return Host.open(options);
}

function timesOf({ times }: SandboxRecord): Pick<Sandbox, 'microseconds'> {
  return times === undefined ? {} : { microseconds: unpackTimes(times) };
}

function describe(tables: Tables, record: SandboxRecord, directory: string): Sandbox {
  const { id, state, created } = record;
  return { id, state, created, ...describeRecord(tables, record, directory) };
}
