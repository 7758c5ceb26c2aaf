import type { ChangeEvent, LostEvent, Topic } from './event.js';

type Event<T extends Topic> = ChangeEvent<T> | LostEvent;

/** One who waits for an event. */
interface Waiting<T extends Topic> {
  readonly resolve: (result: IteratorResult<Event<T>, undefined>) => void;
  readonly reject: (reason: unknown) => void;
}

const done = { done: true, value: undefined } as const;

/**
 * Events between the engine, which does not wait, and a listener, which may: at most `capacity` of them, in order. When
 * there would be more, they are dropped for a single `lost`.
 */
export class EventQueue<T extends Topic> {
  readonly #capacity: number;
  #events: Event<T>[] = [];
  #waiting: Waiting<T>[] = [];
  #end: { readonly reason?: unknown } | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(event: Event<T>): void {
    if (this.#end) {
      return;
    }
    const waiting = this.#waiting.shift();
    if (waiting) {
      waiting.resolve({ value: event });
      return;
    }
    if (this.#events.length >= this.#capacity) {
      this.#events = [{ type: 'lost' }];
      return;
    }
    this.#events.push(event);
  }

  /** What is left can still be read, then comes the end: an error that is thrown once, if there is a `reason`. */
  end(reason?: unknown): void {
    this.#end ??= { reason };
    for (const waiting of this.#waiting.splice(0)) {
      this.#settleEnd(waiting);
    }
  }

  /** Forgets what is left. */
  clear(): void {
    this.#events = [];
  }

  next(): Promise<IteratorResult<Event<T>, undefined>> {
    return new Promise((resolve, reject) => {
      const event = this.#events.shift();
      if (event) {
        resolve({ value: event });
      } else if (this.#end) {
        this.#settleEnd({ resolve, reject });
      } else {
        this.#waiting.push({ resolve, reject });
      }
    });
  }

  #settleEnd({ resolve, reject }: Waiting<T>): void {
    const reason = this.#end?.reason;
    this.#end = {};
    if (reason === undefined) {
      resolve(done);
    } else {
      reject(reason);
    }
  }
}
