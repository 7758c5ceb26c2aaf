import { nearest, newError } from '../../errors/index.js';
import type { Connection } from '../../netlink/index.js';
import type { Store } from '../../store/index.js';
import { type EventType, eventTypes, type HostEvent } from './event.js';
import { KernelEvents } from './kernel-events.js';
import { merge } from './merge.js';
import { RecordEvents } from './record-events.js';

export interface EventsOptions {
  /** Ends them as if nothing more happened. */
  readonly signal?: AbortSignal | undefined;
  /** Which to tell of; `lost` is told of in any case. Default: all. Few cost less: links of a busy host tell a lot. */
  readonly types?: readonly EventType[] | undefined;
}

/** What events are told of: one host. */
export interface EventsContext {
  readonly connection: Connection;
  readonly store: Store;
}

/** Where events come from. */
interface Source {
  events(): AsyncGenerator<HostEvent, undefined, undefined>;
  close(): void | Promise<void>;
}

/** Events of one host from its making on, for one `for await` loop. */
export class HostEvents implements AsyncIterableIterator<HostEvent, undefined>, AsyncDisposable {
  readonly #sources: readonly Source[];
  readonly #events: AsyncGenerator<HostEvent, undefined, undefined>;
  readonly #signal: AbortSignal | undefined;
  readonly #open: Set<AsyncDisposable>;
  #ending: Promise<void> | undefined;

  /**
   * `open`: all of the host's that are; this one adds itself, and leaves when it is over. Throws EBADOPTION, and the
   * kernel's refusal to watch the records.
   */
  constructor(context: EventsContext, { signal, types = eventTypes }: EventsOptions, open: Set<AsyncDisposable>) {
    const wanted = readEventTypes(types);
    this.#sources = openSources(context, wanted);
    this.#events = this.#generate(wanted);
    this.#open = open;
    open.add(this);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort);
    if (signal?.aborted) {
      this.#abort();
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<HostEvent, undefined>> {
    return this.#events.next();
  }

  /** What `break` calls: nothing more is told, and nothing is watched. */
  async return(): Promise<IteratorResult<HostEvent, undefined>> {
    await this.#end();
    return this.#events.return(undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async *#generate(wanted: ReadonlySet<string>): AsyncGenerator<HostEvent, undefined, undefined> {
    try {
      for await (const event of merge(this.#sources.map((source) => source.events()))) {
        if (this.#ending) {
          return;
        }
        if (event.type === 'lost' || wanted.has(event.type)) {
          yield event;
        }
      }
    } catch (error) {
      // What fails because it is being closed has ended.
      if (!this.#ending) {
        throw error;
      }
    } finally {
      await this.#end();
    }
  }

  readonly #abort = () => {
    void this.#end();
  };

  #end(): Promise<void> {
    this.#ending ??= this.#close();
    return this.#ending;
  }

  async #close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#open.delete(this);
    await Promise.all(this.#sources.map((source) => source.close()));
  }
}

function openSources({ connection, store }: EventsContext, wanted: ReadonlySet<EventType>): Source[] {
  const isAbout = (...types: EventType[]) => types.some((type) => wanted.has(type));
  return [
    ...(isAbout('sandbox', 'network', 'endpoint') ? [new RecordEvents(store)] : []),
    ...(isAbout('link', 'address', 'route', 'network') ? [new KernelEvents(connection, store, wanted)] : []),
  ];
}

/** Throws EBADOPTION for a word that names no type. */
export function readEventTypes(types: readonly string[]): ReadonlySet<EventType> {
  const known: readonly string[] = eventTypes;
  const unknown = types.find((type) => !known.includes(type));
  if (unknown !== undefined) {
    const meant = nearest(unknown, known);
    const reason = meant === undefined ? `there are ${known.join(', ')}` : `did you mean "${meant}"?`;
    throw newError('EBADOPTION', { option: 'type', value: unknown, reason });
  }
  return new Set(types as readonly EventType[]);
}
