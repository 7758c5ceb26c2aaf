import {
  allNetworks,
  changesAfter,
  type EndpointRecord,
  latestChange,
  type RecordChange,
  type SandboxChange,
  type Store,
} from '../../store/index.js';
import { CommitWatch } from './commit-watch.js';
import type { EndpointEvent, HostEvent, MaybeNamed } from './event.js';

/** Changes that are read at a time, so that a busy listener does not hold up everything else. */
const batchSize = 64;

/** What any process does to sandboxes and networks, from now on. */
export class RecordEvents {
  readonly #store: Store;
  readonly #watch: CommitWatch;
  /** The number of the last change that was told. */
  #told = 0;
  /** Names of networks, by id: one may be gone by the time that its last endpoint's end is told. */
  #networks = new Map<string, string>();

  /** Throws the kernel's refusal to watch the records, ESTATECORRUPT. */
  constructor(store: Store) {
    this.#store = store;
    this.#watch = new CommitWatch(store.directory);
    try {
      this.#startAnew();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async *events(): AsyncGenerator<HostEvent, undefined, undefined> {
    while (await this.#watch.changed()) {
      yield* this.#news();
    }
  }

  close(): void {
    this.#watch.close();
  }

  *#news(): Generator<HostEvent> {
    for (let count = batchSize; count === batchSize; ) {
      const changes = this.#store.read((tables) => changesAfter(tables, this.#told, batchSize));
      if (changes === undefined) {
        this.#startAnew();
        yield { time: Date.now(), type: 'lost', of: 'records' };
        return;
      }
      for (const change of changes) {
        this.#told = change.number;
        yield* this.#eventsOf(change);
      }
      count = changes.length;
    }
  }

  #startAnew(): void {
    this.#store.read((tables) => {
      this.#told = latestChange(tables);
      this.#networks = new Map(allNetworks(tables).map(({ id, name }) => [id, name]));
    });
  }

  *#eventsOf(change: RecordChange): Generator<HostEvent> {
    const { time } = change;
    if (change.kind === 'network') {
      const { id, name, driver } = change.network;
      yield { time, type: 'network', action: change.action, id, name, driver };
      if (change.action === 'created') {
        this.#networks.set(id, name);
      } else {
        this.#networks.delete(id);
      }
      return;
    }
    const { action, id, name, mode, connected, disconnected } = change;
    if (action === 'attached') {
      yield { time, type: 'sandbox', action, id, name, mode, endpoints: connected };
    }
    for (const endpoint of disconnected) {
      yield this.#endpointEvent('disconnected', change, endpoint);
    }
    for (const endpoint of connected) {
      yield this.#endpointEvent('connected', change, endpoint);
    }
    if (action === 'detached') {
      yield { time, type: 'sandbox', action, id, name, mode, endpoints: disconnected };
    }
  }

  #endpointEvent(
    action: EndpointEvent['action'],
    { time, id, name }: RecordChange & SandboxChange,
    endpoint: EndpointRecord,
  ): EndpointEvent {
    const { network, link } = endpoint;
    const other = link
      ? { peer: maybeNamed(link.peer, this.#store.read(({ sandboxes }) => sandboxes.get(link.peer))?.name) }
      : { network: maybeNamed(network, this.#networks.get(network)) };
    return { time, type: 'endpoint', action, sandbox: { id, name }, ...other, endpoint };
  }
}

function maybeNamed(id: string, name: string | undefined): MaybeNamed {
  return name === undefined ? { id } : { id, name };
}
