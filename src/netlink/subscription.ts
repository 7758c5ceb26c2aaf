import { attemptAsync } from '../errors/index.js';
import { eventOf, type NetlinkEvent, sourcesOf, type Topic } from './event.js';
import { EventQueue } from './event-queue.js';
import { failureToError, rejectionToError } from './failure.js';
import type { NativeEngine, NativeNotifications } from './native.js';

export interface SubscribeOptions {
  /** Ends the subscription as if nothing more happened. */
  readonly signal?: AbortSignal | undefined;
  /** Most events that wait for a listener that is busy; one more, and `lost` stands for them all. Default 8192. */
  readonly capacity?: number | undefined;
}

/** Events of one connection's namespace, from the call of `subscribe` on; for one `for await` loop. */
export class Subscription<T extends Topic> implements AsyncIterableIterator<NetlinkEvent<T>, undefined> {
  readonly #engine: NativeEngine;
  readonly #topics: ReadonlySet<Topic>;
  readonly #queue: EventQueue<T>;
  readonly #signal: AbortSignal | undefined;
  readonly #open: Set<AsyncDisposable>;
  /** Its numbers in the engine, one for each protocol; undefined for one that could not be opened. */
  readonly #opened: Promise<(number | undefined)[]>;
  /** Once it is over. */
  #closed: Promise<void> | undefined;

  /** `open`: all of the connection's that are; this one adds itself, and leaves when it is over. */
  constructor(
    engine: NativeEngine,
    topics: readonly T[],
    { signal, capacity = 8192 }: SubscribeOptions,
    open: Set<AsyncDisposable>,
  ) {
    this.#engine = engine;
    this.#topics = new Set(topics);
    this.#queue = new EventQueue(capacity);
    this.#open = open;
    open.add(this);
    this.#signal = signal;
    this.#opened = Promise.all(
      sourcesOf(topics).map(({ protocol, groups }) =>
        engine
          .subscribe(protocol, groups, (news) => this.#take(news))
          .catch((reason) => {
            this.#finish(rejectionToError(reason));
            return undefined;
          }),
      ),
    );
    signal?.addEventListener('abort', this.#abort);
    if (signal?.aborted) {
      this.#abort();
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next event. At the end, once the engine's sockets are closed. */
  async next(): Promise<IteratorResult<NetlinkEvent<T>, undefined>> {
    const result = await this.#queue.next();
    if (result.done) {
      await this.#closed;
    }
    return result;
  }

  /** What `break` calls: nothing more is told, and the engine's sockets are closed. */
  async return(): Promise<IteratorResult<NetlinkEvent<T>, undefined>> {
    this.#queue.clear();
    this.#finish();
    await this.#closed;
    return { done: true, value: undefined };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #take({ messages, lost, error }: NativeNotifications): void {
    for (const message of messages) {
      const event = eventOf(message);
      if (event && this.#topics.has(event.type)) {
        this.#queue.push(event as NetlinkEvent<T>);
      }
    }
    // Behind the messages: what the kernel still had from before the loss comes with them, and must not be taken for
    // news once the listener has read the state anew.
    if (lost) {
      this.#queue.push({ type: 'lost' });
    }
    if (error) {
      this.#finish(failureToError(error));
    }
  }

  readonly #abort = () => {
    void this.return();
  };

  #finish(reason?: unknown): void {
    if (this.#closed) {
      return;
    }
    this.#closed = this.#close();
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#queue.end(reason);
    this.#open.delete(this);
  }

  async #close(): Promise<void> {
    const opened = (await this.#opened).filter((one) => one !== undefined);
    for (const one of opened) {
      this.#engine.unsubscribe(one);
    }
    if (opened.length > 0) {
      // Its thread may be about to read from their sockets; once it answers, or has ended, it has let go of them.
      await attemptAsync(() => this.#engine.ready());
    }
  }
}
