import { type NetplumbError, newError } from '../errors/index.js';
import { type FailureContext, failureToError, rejectionToError } from './failure.js';
import {
  type NativeEngine,
  type NativeFailure,
  type NetnsRef,
  native,
  type Plan,
  type PlanOutcome,
  type Sysctl,
} from './native.js';
import type { Request } from './request.js';

/** What became of one of several requests: an error, or the message that came back (null: a bare acknowledgement). */
export type Answer<Body = unknown> =
  | { readonly error: NetplumbError; readonly body: null }
  | { readonly error: null; readonly body: Body | null };

/**
 * A conversation with the kernel about one network namespace, on a thread of its own that does nothing else. Requests
 * are answered in the order in which they were made.
 */
export class Connection {
  /** The descriptor that means a plan's own sandbox wherever its messages name a namespace. */
  readonly sandboxSlot: number;
  readonly #engine: NativeEngine;
  #closing: Promise<void> | undefined;

  private constructor(engine: NativeEngine, sandboxSlot: number) {
    this.#engine = engine;
    this.sandboxSlot = sandboxSlot;
  }

  /** `netns`: the caller's own when not given. Throws the kernel's refusal (EPERM, ENOENT…), ENOTNETNS, EADDON. */
  static async open(netns: NetnsRef = { path: '/proc/thread-self/ns/net' }): Promise<Connection> {
    const engine = new (native().Engine)(netns);
    try {
      const { sandboxSlot } = await engine.ready();
      return new Connection(engine, sandboxSlot);
    } catch (reason) {
      await engine.close();
      throw rejectionToError(reason, { object: describeNetns(netns) });
    }
  }

  /**
   * Sends one request and returns what came back; undefined when the kernel only acknowledged. Throws its refusal.
   * `netns` asks another namespace instead, which is entered for that alone.
   */
  async request<Body>(request: Request, context: FailureContext = {}, netns?: NetnsRef): Promise<Body | undefined> {
    const [answer] = await this.#run((engine) => engine.exchange([request], netns));
    if (answer?.error) {
      throw failureToError(answer.error, context);
    }
    return (answer?.body as Body | null | undefined) ?? undefined;
  }

  /** Sends requests of which none depends on another's success, in as few datagrams as they fit; one answer for each. */
  async requestAll<Body = unknown>(requests: readonly Request[], netns?: NetnsRef): Promise<Answer<Body>[]> {
    const answers = await this.#run((engine) => engine.exchange(requests, netns));
    return answers.map(({ error, body }) =>
      error ? { error: failureToError(error), body: null } : { error: null, body: body as Body | null },
    );
  }

  /** One consistent listing. Throws EDUMPINTR when it never held still. */
  async list<Body>(request: Request, netns?: NetnsRef): Promise<Body[]> {
    return (await this.#run((engine) => engine.dump(request, netns))) as Body[];
  }

  /** Carries plans out, one after another; one outcome for each, whether it failed or not. */
  carryOut(plans: readonly Plan[]): Promise<PlanOutcome[]> {
    return this.#run((engine) => engine.carryOut(plans));
  }

  /** Removes files under /run/netns; what is gone already counts as removed. One error or null for each. */
  unpin(paths: readonly string[]): Promise<(NetplumbError | null)[]> {
    return this.#each(paths, (engine) => engine.unpin(paths));
  }

  /** Sets parameters of the namespace; throws at the first that cannot be set. */
  async sysctl(sysctls: readonly Sysctl[]): Promise<void> {
    const errors = await this.#each(
      sysctls.map(({ path }) => path),
      (engine) => engine.sysctl(sysctls),
    );
    const first = errors.find((error) => error !== null);
    if (first) {
      throw first;
    }
  }

  /** Finishes the request under way, refuses those that wait with ECLOSED, ends the thread. Can be repeated. */
  close(): Promise<void> {
    this.#closing ??= this.#engine.close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run<Result>(work: (engine: NativeEngine) => Promise<Result>): Promise<Result> {
    if (this.#closing) {
      throw newError('ECLOSED', {});
    }
    try {
      return await work(this.#engine);
    } catch (reason) {
      throw rejectionToError(reason);
    }
  }

  async #each(
    objects: readonly string[],
    work: (engine: NativeEngine) => Promise<(NativeFailure | null)[]>,
  ): Promise<(NetplumbError | null)[]> {
    const failures = await this.#run(work);
    return failures.map((failure, i) => {
      const object = objects[i];
      return failure && failureToError(failure, object === undefined ? {} : { object });
    });
  }
}

function describeNetns(netns: NetnsRef): string {
  if ('pid' in netns) {
    return `process ${netns.pid}`;
  }
  return 'path' in netns ? netns.path : `descriptor ${netns.fd}`;
}
