import { AsyncResource } from 'node:async_hooks';
import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';
import type { Attached } from './attached.js';
import type { AttachSpec } from './spec.js';

/**
 * What a program hears that listens to attaches and detaches, as `tracingChannel('netplumb.attach')` and
 * `tracingChannel('netplumb.detach')` of node:diagnostics_channel. Each sandbox is one operation with one context object, on
 * which the events are those of `tracePromise`: `start` and `end` within the call, in the caller's own asynchronous context,
 * `error` when it failed, and `asyncStart` and `asyncEnd` when it has come to an end. The context object is filled in as things
 * become known; it is complete at `asyncStart`. As long as nobody listens there are no such objects, and a call costs one look
 * at the channel. An operation that was begun before somebody listened is not told of.
 */

/** One step of an operation. */
export interface StepTrace {
  readonly name: string;
  /** When it began, in milliseconds as `performance.now()` counts them. */
  readonly start: number;
  /** Microseconds. */
  readonly duration: number;
}

/** What the operations have in common. */
interface OperationTrace {
  /** The sandbox's id; absent when it did not come so far, or, of a detach, when there was no such sandbox. */
  sandbox?: string;
  name?: string;
  /** The name of the (first) network that it joined; absent in the modes that have none. */
  network?: string;
  /**
   * What took its time, in the order in which it began. A step that several sandboxes took together is as long as it was for
   * all of them. The engine's steps are placed by their durations, end to end, back from when their outcome came: other work
   * of the engine in between is not seen.
   */
  readonly steps: StepTrace[];
  /** Why it failed. */
  error?: unknown;
}

/** The context object of an attach. */
export interface AttachTrace extends OperationTrace {
  /** As it was asked for. */
  readonly spec: AttachSpec;
  result?: Attached;
}

/** The context object of a detach. A sandbox that is gone already is a success. */
export interface DetachTrace extends OperationTrace {
  /** The name or id that was asked for. */
  readonly reference: string;
}

type Channel<Context extends object> = TracingChannel<unknown, Context>;

const attachChannel: Channel<AttachTrace> = tracingChannel('netplumb.attach');
const detachChannel: Channel<DetachTrace> = tracingChannel('netplumb.detach');

/** One operation that somebody listens to. */
export class Trace<Context extends OperationTrace = OperationTrace> {
  readonly context: Context;
  /** When it was asked for, in milliseconds of performance.now(). */
  readonly called = performance.now();
  readonly #channel: Channel<Context>;
  /** The caller's asynchronous context: the work itself is done in that of whoever came first of many. */
  readonly #scope: AsyncResource;
  #isOver = false;

  /** Use `traceAttach` and `traceDetach`. Publishes `start` and `end`. */
  constructor(channel: Channel<Context>, context: Context) {
    this.context = context;
    this.#channel = channel;
    this.#scope = channel.start.runStores(context, () => new AsyncResource('NETPLUMB'));
    channel.end.publish(context);
  }

  /** `start`: milliseconds of performance.now(); `duration`: microseconds. */
  step(name: string, start: number, duration: number): void {
    this.context.steps.push({ name, start, duration });
  }

  /** It has come to an end; whatever is said later is not heard. */
  end(error: unknown): void {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    const { context } = this;
    const { asyncStart, asyncEnd, error: failed } = this.#channel;
    this.#scope.runInAsyncScope(() => {
      if (error !== undefined) {
        context.error = error;
        failed.publish(context);
      }
      asyncStart.publish(context);
      asyncEnd.publish(context);
    });
  }
}

/** The trace of an attach that begins now; nothing when nobody listens. */
export function traceAttach(spec: AttachSpec): Trace<AttachTrace> | undefined {
  return hasListeners(attachChannel) ? new Trace(attachChannel, { spec, steps: [] }) : undefined;
}

/** The trace of a detach that begins now; nothing when nobody listens. */
export function traceDetach(reference: string): Trace<DetachTrace> | undefined {
  return hasListeners(detachChannel) ? new Trace(detachChannel, { reference, steps: [] }) : undefined;
}

/** `TracingChannel.hasSubscribers` came with Node 20.13. */
function hasListeners<Context extends object>(channel: Channel<Context>): boolean {
  const { start, end, asyncStart, asyncEnd, error } = channel;
  return (
    start.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers
  );
}
