import { tracingChannel } from 'node:diagnostics_channel';
import { describe, expect, onTestFinished } from 'vitest';
import type { AttachTrace, DetachTrace, StepTrace } from '../../../src/endpoint/index.js';
import { failure, test } from './lab.js';

const events = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const;

interface Heard<Context> {
  readonly event: (typeof events)[number];
  readonly context: Context;
  /** As it was at that moment. */
  readonly seen: Context;
  readonly time: number;
}

/** Listens as any program could, until the end of the test. */
function listen<Context extends object>(name: string): Heard<Context>[] {
  const heard: Heard<Context>[] = [];
  const channel = tracingChannel<unknown, Context>(name);
  const listeners = Object.fromEntries(
    events.map((event) => [
      event,
      (context: Context) => {
        heard.push({ event, context, seen: { ...context }, time: performance.now() });
      },
    ]),
  ) as unknown as Parameters<typeof channel.subscribe>[0];
  channel.subscribe(listeners);
  onTestFinished(() => channel.unsubscribe(listeners));
  return heard;
}

const attaches = () => listen<AttachTrace>('netplumb.attach');
const detaches = () => listen<DetachTrace>('netplumb.detach');

const names = (steps: readonly StepTrace[]) => steps.map(({ name }) => name);

const engineSteps = ['namespace', 'identity', 'link', 'mark', 'address', 'port', 'ready'];

/** Each begins within the operation, lasts, and is over before the operation is. Rounding apart. */
function expectWithin(steps: readonly StepTrace[], begun: number, ended: number): void {
  for (const { start, duration } of steps) {
    expect(start).toBeGreaterThanOrEqual(begun - 0.001);
    expect(duration).toBeGreaterThan(0);
    expect(start + duration / 1000).toBeLessThanOrEqual(ended + 0.001);
  }
}

describe('an attach that somebody listens to', () => {
  test('is told of from its call to its result, with every step in its place', async ({ lab }) => {
    const heard = attaches();
    const host = await lab.open();
    await host.networks.create({ name: 'shop' });
    const begun = performance.now();
    const attached = await host.attach({ create: true, name: 'web', network: 'shop', files: true, publish: ['80'] });
    expect(heard.map(({ event }) => event)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
    const [start, , asyncStart] = heard;
    expect(start?.seen).toEqual({ spec: expect.objectContaining({ name: 'web' }), steps: expect.anything() });
    expect(asyncStart?.context).toBe(start?.context);
    expect(asyncStart?.seen).toMatchObject({ sandbox: attached.sandbox, name: 'web', network: 'shop' });
    expect(asyncStart?.seen.result).toBe(attached);
    const steps = asyncStart?.seen.steps ?? [];
    expect(names(steps)).toEqual(['queue', 'state', 'names', 'rules', ...engineSteps]);
    expectWithin(steps, begun, asyncStart?.time ?? 0);
    // One after the other.
    expect(steps.map((one) => one.start)).toEqual(steps.map((one) => one.start).sort((one, other) => one - other));
    expect(Object.keys(attached.microseconds)).toEqual(names(steps));
    await host.detach('web');
    await host.networks.remove('shop');
  });

  test('among many is one operation with its own steps and its own end', async ({ lab }) => {
    const heard = attaches();
    const host = await lab.open();
    const specs = Array.from({ length: 40 }, (_, i) => ({ create: true as const, name: `many${i}` }));
    const begun = performance.now();
    const results = await host.attachAll(specs);
    const ends = heard.filter(({ event }) => event === 'asyncEnd');
    expect(ends.map(({ context }) => context.name).sort()).toEqual(specs.map(({ name }) => name).sort());
    // They travel in chunks: the first come to their end before the last.
    expect(new Set(ends.map(({ time }) => Math.floor(time * 10))).size).toBeGreaterThan(1);
    for (const { context, time } of ends) {
      expect(context.result).toBe(results.find(({ attached }) => attached?.name === context.name)?.attached);
      expect(names(context.steps)).toEqual(['queue', 'state', ...engineSteps]);
      expectWithin(context.steps, begun, time);
    }
    await host.detachAll(specs.map(({ name }) => name));
  });

  test('that fails has its error, and the step in which it failed', async ({ lab }) => {
    const heard = attaches();
    const host = await lab.open();
    await host.attach({ create: true, name: 'web' });
    heard.length = 0;
    const [taken, unknown, refused] = await host.attachAll([
      { create: true, name: 'web' },
      { create: true, name: 'db', network: 'nowhere' },
      { create: true, name: 'bad name' },
    ]);
    expect(taken?.error).toEqual(failure('ENAMEINUSE'));
    for (const result of [taken, unknown, refused]) {
      const own = heard.filter(({ context }) => context.error === result?.error);
      expect(own.map(({ event }) => event)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd']);
      expect(own[0]?.context).not.toHaveProperty('result');
    }
    await host.detach('web');
  });

  test('is not told of when the host is closed: it never was one', async ({ lab }) => {
    const heard = attaches();
    const gone = detaches();
    const host = await lab.open();
    await host.close();
    await expect(host.attach({ create: true })).rejects.toEqual(failure('ECLOSED'));
    await expect(host.attachAll([{ create: true }])).rejects.toEqual(failure('ECLOSED'));
    await expect(host.detach('web')).rejects.toEqual(failure('ECLOSED'));
    expect([...heard, ...gone]).toEqual([]);
  });

  test('is as good as any other when a listener throws', async ({ lab }) => {
    const broken = new Error('a listener of ours');
    const channel = tracingChannel<unknown, AttachTrace>('netplumb.attach');
    const listener = () => {
      throw broken;
    };
    const uncaught: unknown[] = [];
    // diagnostics_channel lets it surface where it hurts nobody but its own process.
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => uncaught.push(error));
    onTestFinished(() => {
      process.removeAllListeners('uncaughtException');
      for (const other of others) {
        process.on('uncaughtException', other);
      }
    });
    channel.asyncEnd.subscribe(listener);
    onTestFinished(() => void channel.asyncEnd.unsubscribe(listener));
    const host = await lab.open();
    await host.attach({ create: true, name: 'web' });
    await host.detach('web');
    expect(uncaught).toEqual([broken]);
  });
});

describe('a detach that somebody listens to', () => {
  test('is told of with its steps', async ({ lab }) => {
    const heard = detaches();
    const host = await lab.open();
    const { sandbox } = await host.attach({ create: true, name: 'web', publish: ['80'] });
    const begun = performance.now();
    await host.detach(sandbox.slice(0, 12));
    expect(heard.map(({ event }) => event)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
    const { context, time } = heard[3] as Heard<DetachTrace>;
    expect(context).toMatchObject({ reference: sandbox.slice(0, 12), sandbox, name: 'web', network: 'bridge' });
    const steps = ['queue', 'claim', 'rules', 'links', 'namespaces', 'connections', 'names', 'record'];
    expect(names(context.steps)).toEqual(steps);
    expectWithin(context.steps, begun, time);
    expect(context.error).toBeUndefined();
  });

  test('is a success of its own for each that was asked for, be it gone or asked for twice', async ({ lab }) => {
    const heard = detaches();
    const host = await lab.open();
    await host.attach({ create: true, name: 'web' });
    await host.detachAll(['web', 'nobody', 'web', 'bad name']);
    const ends = heard.filter(({ event }) => event === 'asyncEnd').map(({ context }) => context);
    expect(ends.map(({ reference, name }) => [reference, name])).toEqual([
      ['web', 'web'],
      ['nobody', undefined],
      ['web', 'web'],
      ['bad name', undefined],
    ]);
    expect(names(ends[2]?.steps ?? [])).toEqual(names(ends[0]?.steps ?? []));
    expect(ends.map(({ error }) => error)).toEqual([undefined, undefined, undefined, failure('EBADNAME')]);
  });
});

describe('the times of an attach', () => {
  test('are on record, for any process to look at', async ({ lab }) => {
    const host = await lab.open();
    const { microseconds } = await host.attach({ create: true, name: 'web' });
    const other = await lab.open();
    const rounded = Object.entries(microseconds).map(([step, time]) => [step, Math.round(time)]);
    expect(Object.entries(other.inspect('web').microseconds ?? {})).toEqual(rounded);
    // They tell how it was attached, whatever has become of it since.
    await host.publish('web', ['8080:80']);
    expect(Object.entries(other.inspect('web').microseconds ?? {})).toEqual(rounded);
    expect(other.sandboxes()[0]).not.toHaveProperty('microseconds');
    await host.detach('web');
  });

  test('are unknown where nothing was made', async ({ lab }) => {
    const host = await lab.open();
    await host.attach({ network: 'host', name: 'daemon' });
    expect(host.inspect('daemon')).not.toHaveProperty('microseconds');
    await host.detach('daemon');
  });
});
