/** Aborts what has not come to an end in time. */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(milliseconds: number) {
    const reason = new Error(`it has not answered within ${milliseconds / 1000} seconds`);
    this.#timer = setTimeout(() => this.#controller.abort(reason), milliseconds);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/** What `work` comes to if it does so in time. Throws what it throws, and the deadline's reason. */
export async function orExpired<Result>(work: Promise<Result>, { signal }: Deadline): Promise<Result> {
  let expire: () => void = () => undefined;
  const expired = new Promise<never>((_, reject) => {
    expire = () => reject(signal.reason);
    signal.addEventListener('abort', expire, { once: true });
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, expired]);
  } finally {
    signal.removeEventListener('abort', expire);
  }
}
