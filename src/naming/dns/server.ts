import { randomInt } from 'node:crypto';
import { attempt } from '../../errors/index.js';
import type { Store } from '../../store/index.js';
import { clientOf } from './client.js';
import { forgetInstance, type ListenProblem, recordInstance } from './control.js';
import { Forwarder } from './forwarder.js';
import { Demand, networksInUse } from './lifecycle.js';
import { nameServerAddresses } from './names-of.js';
import { Responder } from './respond.js';
import { ControlServer } from './server-control.js';
import { NetworkListeners } from './server-network.js';
import { TcpClients } from './tcp.js';
import type { Answerer } from './udp.js';

export interface NameServerOptions {
  readonly store: Store;
  /** Where the host itself asks. */
  readonly servers: () => readonly string[];
  /** Whether this process still is the one server of the run directory: its lock has not been removed. */
  readonly isTheOne: () => boolean;
}

/** Milliseconds between two looks at what has become of records. Following each change would cost those who attach a tenth. */
const interval = 500;
/** Milliseconds for which nobody has to have needed the server when it ends. */
const grace = 1000;
/** Looks after which networks are tried again that could not be served. */
const looksBetweenTries = 10;

/** How a server has ended: because nobody needs it, because it was told to, or because it cannot go on. */
export type Ending = { readonly kind: 'idle' | 'stopped' } | { readonly kind: 'failed'; readonly error: unknown };

/** Answers the sandboxes of one host. */
export class NameServer {
  readonly ended: Promise<Ending>;
  readonly #store: Store;
  readonly #isTheOne: () => boolean;
  readonly #instance = randomInt(2 ** 47);
  readonly #responder: Responder;
  readonly #forwarder = new Forwarder();
  readonly #clients = new TcpClients();
  readonly #demand: Demand;
  /** By network's id. */
  readonly #served = new Map<string, NetworkListeners>();
  /** Ids of networks that are to be served, as soon as the kernel lets us. */
  readonly #refused = new Set<string>();
  /** The networks that are asked for are opened one after the other. */
  #opening: Promise<unknown> = Promise.resolve();
  #control: ControlServer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;
  #neededAt = performance.now();
  #end: (ending: Ending) => void = () => undefined;

  private constructor({ store, servers, isTheOne }: NameServerOptions) {
    this.#store = store;
    this.#isTheOne = isTheOne;
    this.#responder = new Responder({ store, servers });
    this.#demand = new Demand(store);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /**
   * Serves the networks that have sandboxes at the moment, and who asks for more. From then on this server is on record. Throws
   * ESTATECORRUPT and its like, and Node's errors of listening for processes of ours. Of a network that cannot be served only who
   * asks for it is told.
   */
  static async start(options: NameServerOptions): Promise<NameServer> {
    const server = new NameServer(options);
    const { store } = options;
    for (const { id } of store.read(networksInUse)) {
      await server.#serve(id);
    }
    server.#control = await ControlServer.open({
      directory: store.directory,
      instance: server.#instance,
      listen: (network) => server.#listen(network),
    });
    store.transaction((tables) => recordInstance(tables, server.#instance));
    server.#timer = setInterval(() => server.#look(), interval);
    return server;
  }

  /** Ends it, so that whoever needs it starts another. */
  stop(): void {
    this.#close({ kind: 'stopped' });
  }

  #listen(network: string): Promise<ListenProblem | undefined> {
    this.#neededAt = performance.now();
    const opened = this.#opening.then(() => this.#serve(network));
    this.#opening = opened.catch((error) => this.#fail(error));
    return opened;
  }

  /** Returns what the kernel refused. A network that is not on record (any more) needs nobody. */
  async #serve(id: string): Promise<ListenProblem | undefined> {
    this.#closeRemoved();
    const record = this.#store.read(({ networks }) => networks.get(id));
    if (!record || this.#served.has(id)) {
      return undefined;
    }
    const result = await NetworkListeners.open(nameServerAddresses(record), this.#answerersOf(id), this.#clients);
    if (!(result instanceof NetworkListeners)) {
      this.#refused.add(id);
      return result;
    }
    this.#refused.delete(id);
    this.#served.set(id, result);
    return undefined;
  }

  #answerersOf(network: string): { readonly udp: Answerer; readonly tcp: Answerer } {
    const admits = (source: string) =>
      this.#guarded(() => this.#store.read((tables) => clientOf(tables, network, source))) !== undefined;
    const answer = (transport: 'udp' | 'tcp') => (packet: Buffer, source: string) => {
      const incoming = { packet, source, network, transport };
      const verdict = this.#guarded(() => this.#responder.respond(incoming));
      if (verdict?.kind === 'forward') {
        return this.#forwarder
          .forward(packet, verdict.servers, transport, source)
          .then((reply) => reply ?? verdict.fallback);
      }
      return verdict?.kind === 'answer' ? verdict.packet : undefined;
    };
    return { udp: { admits, answer: answer('udp') }, tcp: { admits, answer: answer('tcp') } };
  }

  /** What becomes of the server is decided by what it was told last. */
  #look(): void {
    this.#guarded(() => {
      if (!this.#isTheOne()) {
        this.stop();
        return;
      }
      this.#demand.follow();
      this.#closeRemoved();
      if (!this.#demand.isNone) {
        this.#neededAt = performance.now();
      }
      this.#looks += 1;
      if (this.#refused.size > 0 && this.#looks % looksBetweenTries === 0) {
        for (const id of this.#refused) {
          this.#opening = this.#opening.then(() => this.#serve(id)).catch((error) => this.#fail(error));
        }
      }
      if (performance.now() - this.#neededAt > grace) {
        this.#endIfIdle();
      }
    });
  }

  /**
   * First off the record, so that nobody relies on it who has not done so yet: whoever records a sandbox from then on asks for the
   * server again, and finds it if it stays. Those who did before have one on record now.
   */
  #endIfIdle(): void {
    this.#store.transaction((tables) => forgetInstance(tables, this.#instance));
    if (this.#store.read(networksInUse).length === 0) {
      this.#close({ kind: 'idle' });
    } else {
      this.#store.transaction((tables) => recordInstance(tables, this.#instance));
      this.#neededAt = performance.now();
    }
  }

  /** A new network may have the same addresses. */
  #closeRemoved(): void {
    const ids = [...this.#served.keys(), ...this.#refused];
    const removed = this.#store.read(({ networks }) => ids.filter((id) => networks.get(id) === undefined));
    for (const id of removed) {
      this.#served.get(id)?.close();
      this.#served.delete(id);
      this.#refused.delete(id);
    }
  }

  /** Without the records nobody can be answered. */
  #guarded<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    this.#close({ kind: 'failed', error });
  }

  #close(ending: Ending): void {
    clearInterval(this.#timer);
    if (ending.kind === 'stopped') {
      // Nothing can be done about what cannot be written; the next server writes its own.
      attempt(() => this.#store.transaction((tables) => forgetInstance(tables, this.#instance)));
    }
    this.#control?.close({ isWanted: ending.kind !== 'idle' });
    this.#control = undefined;
    for (const listeners of this.#served.values()) {
      listeners.close();
    }
    this.#served.clear();
    this.#clients.close();
    this.#forwarder.close();
    this.#end(ending);
  }
}
