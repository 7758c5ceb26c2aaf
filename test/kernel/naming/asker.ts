import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('asker.py', import.meta.url));

/** What came of a question. */
export interface Reply {
  /** `NOERROR`, `NXDOMAIN`… */
  readonly code?: string;
  /** Of the records in the answer. */
  readonly data?: readonly string[];
  /** Nobody has answered. */
  readonly silence?: true;
  /** It could not be asked. */
  readonly error?: string;
}

export type QueryType = 'A' | 'AAAA' | 'PTR';

/** A client inside a namespace that asks as often as it is told to, so that a question costs no process. */
export class Asker implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess, lines: Interface) {
    this.#child = child;
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** In the namespace of that name under /run/netns. */
  static async start(namespace: string): Promise<Asker> {
    const child = spawn('ip', ['netns', 'exec', namespace, 'python3', '-u', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const asker = new Asker(child, createInterface({ input: child.stdout }));
    await asker.#line();
    return asker;
  }

  ask(server: string, name: string, type: QueryType = 'A'): Promise<Reply> {
    return this.#command(['ask', server, name, type]) as Promise<Reply>;
  }

  /** Asks from an address that may be anybody's, and does not wait. */
  async send(source: string, server: string, name: string): Promise<void> {
    const outcome = await this.#command(['send', source, server, name, 'A']);
    if (!('sent' in outcome)) {
      throw new Error(JSON.stringify(outcome));
    }
  }

  /** How many answers have come to those that were sent. */
  async received(): Promise<number> {
    return ((await this.#command(['received'])) as { received: number }).received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await ended;
  }

  async #command(words: readonly string[]): Promise<object> {
    this.#child.stdin?.write(`${words.join(' ')}\n`);
    return JSON.parse(await this.#line()) as object;
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) {
      throw new Error('the client has ended');
    }
    return value;
  }
}
