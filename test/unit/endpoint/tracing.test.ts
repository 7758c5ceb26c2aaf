import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { expect, onTestFinished, test } from 'vitest';
import type { Attached } from '../../../src/endpoint/attached.js';
import { endTraces, type Timed, timed, traceEngine } from '../../../src/endpoint/shared-steps.js';
import { type AttachTrace, type Trace, traceAttach, traceDetach } from '../../../src/endpoint/tracing.js';
import type { PlanOutcome } from '../../../src/netlink/index.js';

interface Heard {
  readonly event: string;
  readonly context: AttachTrace;
  readonly around: string | undefined;
}

const around = new AsyncLocalStorage<string>();
const channel = tracingChannel<unknown, AttachTrace>('netplumb.attach');

/** Listens until the end of the test. */
function listen(): Heard[] {
  const heard: Heard[] = [];
  const hear = (event: string) => (context: AttachTrace) => {
    heard.push({ event, context, around: around.getStore() });
  };
  const listeners = {
    start: hear('start'),
    end: hear('end'),
    asyncStart: hear('asyncStart'),
    asyncEnd: hear('asyncEnd'),
    error: hear('error'),
  };
  channel.subscribe(listeners);
  onTestFinished(() => channel.unsubscribe(listeners));
  return heard;
}

function begin(name = 'web'): Trace<AttachTrace> {
  const trace = traceAttach({ name, create: true });
  if (!trace) {
    throw new Error('nobody listens');
  }
  return trace;
}

const attached = { name: 'web' } as Attached;

test('nothing is made when nobody listens', () => {
  expect(traceAttach({ create: true })).toBeUndefined();
  expect(traceDetach('web')).toBeUndefined();
});

test('listening to attaches is not listening to detaches', () => {
  listen();
  expect(traceDetach('web')).toBeUndefined();
});

test('an attach is told of as tracePromise would, with its result', async () => {
  const heard = listen();
  const trace = begin();
  expect(heard.map(({ event }) => event)).toEqual(['start', 'end']);
  await endTraces([{ trace }], Promise.resolve([{ attached }]));
  expect(heard.map(({ event }) => event)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
  expect(new Set(heard.map(({ context }) => context)).size).toBe(1);
  expect(heard[0]?.context).toMatchObject({ spec: { name: 'web' }, result: attached });
});

test('one that fails has an error and no result, and does not touch its neighbour', async () => {
  const heard = listen();
  const entries = [{ trace: begin('good') }, { trace: begin('bad') }];
  const failure = new Error('refused');
  await endTraces(entries, Promise.resolve([{ attached }, { error: failure }]));
  const of = (name: string) => heard.filter(({ context }) => context.spec.name === name);
  expect(of('good').map(({ event }) => event)).not.toContain('error');
  expect(of('bad').map(({ event }) => event)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd']);
  expect(of('bad')[0]?.context).toMatchObject({ error: failure });
  expect(of('bad')[0]?.context).not.toHaveProperty('result');
});

test('when the whole chunk fails, each of it is told so', async () => {
  const heard = listen();
  const entries = [{ trace: begin('one') }, {}, { trace: begin('other') }];
  await expect(endTraces(entries, Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  expect(heard.filter(({ event }) => event === 'error').map(({ context }) => context.spec.name)).toEqual([
    'one',
    'other',
  ]);
});

test('each end is told in the asynchronous context of its own caller, whoever does the work', async () => {
  const heard = listen();
  const traces = ['alice', 'bob'].map((name) => around.run(name, () => begin(name)));
  await around.run('worker', () =>
    endTraces(
      traces.map((trace) => ({ trace })),
      Promise.resolve([{ attached }, { error: new Error('no') }]),
    ),
  );
  expect(heard.map((one) => one.around)).toEqual(heard.map(({ context }) => context.spec.name));
});

test('what listeners bind to the start is theirs at the end', () => {
  const store = new AsyncLocalStorage<AttachTrace>();
  channel.start.bindStore(store);
  onTestFinished(() => void channel.start.unbindStore(store));
  const heard: unknown[] = [];
  const listener = () => heard.push(store.getStore());
  channel.asyncEnd.subscribe(listener);
  onTestFinished(() => void channel.asyncEnd.unsubscribe(listener));
  const trace = begin();
  trace.end(undefined);
  expect(heard).toEqual([trace.context]);
});

test('an end is told once', () => {
  const heard = listen();
  const trace = begin();
  trace.end(undefined);
  trace.end(new Error('late'));
  expect(heard.map(({ event }) => event)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
});

test('of what several do together each bears its share, and is told of the whole', async () => {
  listen();
  const ones: Timed[] = ['one', 'other'].map((name) => ({ microseconds: {}, trace: begin(name) }));
  const bystander: Timed = { microseconds: {}, trace: begin('bystander') };
  await timed('rules', ones, () => new Promise(setImmediate));
  const [step] = ones[0]?.trace?.context.steps ?? [];
  expect(step?.name).toBe('rules');
  expect(ones.map(({ microseconds }) => microseconds.rules)).toEqual([
    (step?.duration ?? 0) / 2,
    (step?.duration ?? 0) / 2,
  ]);
  expect(bystander.trace?.context.steps).toEqual([]);
});

test('the engine has done one plan after the other, in steps without a gap, the last until now', () => {
  listen();
  const ones: Timed[] = ['one', 'broken', 'other'].map((name) => ({ microseconds: {}, trace: begin(name) }));
  const outcome = (times: Record<string, number>) => ({ times }) as unknown as PlanOutcome;
  traceEngine(ones, [outcome({ namespace: 200, link: 300 }), new Error('lost'), outcome({ namespace: 100 })]);
  const now = performance.now();
  const [first = [], broken, second = []] = ones.map(({ trace }) => trace?.context.steps);
  expect(broken).toEqual([]);
  expect(first.map(({ name, duration }) => [name, duration])).toEqual([
    ['namespace', 200],
    ['link', 300],
  ]);
  const [namespace, link] = first;
  expect(link?.start).toBeCloseTo((namespace?.start ?? 0) + 0.2, 6);
  expect(second[0]?.start).toBeCloseTo((link?.start ?? 0) + 0.3, 6);
  expect((second[0]?.start ?? 0) + 0.1).toBeLessThanOrEqual(now);
});
