import { describe, expect } from 'vitest';
import { failure, ping, test } from './lab.js';

describe('a full bridge', () => {
  test('that is not ours has 1023 ports; the next attach is refused and leaves nothing, until one has gone', async ({
    lab,
  }) => {
    lab.netns.run('ip', 'link', 'add', 'br7', 'type', 'bridge');
    lab.netns.run('ip', 'address', 'add', '10.7.0.1/16', 'dev', 'br7');
    lab.netns.run('ip', 'link', 'set', 'br7', 'up');
    const host = await lab.open({ bridge: 'br7' });
    const specs = Array.from({ length: 1024 }, (_, i) => ({ create: true, name: `web${i}` }));
    const results = await host.attachAll(specs);
    const failed = results.filter(({ error }) => error);
    expect(failed).toEqual([{ error: failure('EBRIDGEFULL', /br7.*1023/) }]);
    expect(lab.files()).toHaveLength(1023);
    expect(lab.ends()).toHaveLength(1023);
    expect((await lab.records()).leases).toHaveLength(1023);
    await host.detach('web7');
    await host.attach({ create: true, name: 'late' });
    expect(lab.links().filter(({ master }) => master === 'br7')).toHaveLength(1023);
    const removed = await host.detachAll([...specs.map(({ name }) => name), 'late']);
    expect(removed.filter(({ error }) => error)).toEqual([]);
  });
});

describe('many at once', () => {
  test('come out in the order in which they went in, with progress, each with an address of its own', async ({
    lab,
  }) => {
    const host = await lab.open();
    const specs = Array.from({ length: 300 }, (_, i) => ({ create: true, name: `web${i}` }));
    const progress: [number, number][] = [];
    const results = await host.attachAll(specs, { onProgress: (done, total) => progress.push([done, total]) });
    expect(results.map(({ attached }) => attached?.name)).toEqual(specs.map(({ name }) => name));
    expect(new Set(results.map(({ attached }) => attached?.endpoint?.address)).size).toBe(300);
    expect(new Set(results.map(({ attached }) => attached?.endpoint?.macAddress)).size).toBe(300);
    expect(progress.at(-1)).toEqual([300, 300]);
    expect(progress.length).toBeGreaterThan(5);
    expect(progress.map(([done]) => done)).toEqual(progress.map(([done]) => done).sort((one, other) => one - other));
    const ends = results.map(({ attached }) => attached?.endpoint?.hostInterface);
    expect(new Set(lab.ends())).toEqual(new Set(ends));
    expect(
      host
        .sandboxes()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(specs.map(({ name }) => name).sort());
    expect(await host.detachAll(specs.map(({ name }) => name))).toEqual(specs.map(() => ({})));
  });

  test('one that fails does not touch the others', async ({ lab }) => {
    const host = await lab.open();
    const namespace = lab.namespace();
    namespace.run('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'other');
    const results = await host.attachAll([
      { create: true, name: 'web' },
      { create: true, name: 'a b' },
      { create: true, name: 'web' },
      { pid: 4194304 },
      { netns: namespace.path },
      { create: true, ip: '10.0.0.1' },
      { network: 'host', name: 'daemon' },
      { create: true, defaultGateway: '10.0.0.1' },
      { network: 'container:daemon' },
      { create: true, name: 'alone', network: 'none' },
      { create: true, name: 'api' },
    ]);
    expect(results.map(({ attached, error }) => attached?.name ?? (error as { code?: string }).code)).toEqual([
      'web',
      'EBADNAME',
      'ENAMEINUSE',
      'ENOPROCESS',
      'EIFINUSE',
      'EOUTSIDESUBNET',
      'daemon',
      'ENETUNREACH',
      'ENOOWNNETNS',
      'alone',
      'api',
    ]);
    ping('web', results[10]?.attached?.endpoint?.address ?? '');
    expect([...(await lab.records()).sandboxes].sort()).toEqual(['alone', 'api', 'daemon', 'web']);
    await host.detachAll(['web', 'daemon', 'alone', 'api']);
    await lab.expectEmpty();
  });

  test('an aborted signal refuses what has not been begun; what has is finished', async ({ lab }) => {
    const host = await lab.open();
    const abort = new AbortController();
    const specs = Array.from({ length: 300 }, (_, i) => ({ create: true, name: `web${i}` }));
    const onProgress = (done: number) => {
      if (done >= 64) {
        abort.abort(new Error('enough'));
      }
    };
    const results = await host.attachAll(specs, { signal: abort.signal, onProgress });
    const attached = results.flatMap((one) => one.attached?.name ?? []);
    const refused = results.flatMap((one) => one.error ?? []);
    expect(attached.length).toBeGreaterThanOrEqual(64);
    expect(refused.length).toBeGreaterThan(0);
    expect(attached.length + refused.length).toBe(300);
    expect(attached).toEqual(specs.slice(0, attached.length).map(({ name }) => name));
    expect(refused).toEqual(
      refused.map(() => expect.objectContaining({ code: 'EABORTED', cause: new Error('enough') })),
    );
    expect(lab.files()).toHaveLength(attached.length);
    await host.detachAll(attached);
    await expect(host.attach({ create: true }, { signal: abort.signal })).rejects.toEqual(failure('EABORTED'));
  });
});

describe('closing', () => {
  test('finishes what was asked for, and refuses what comes later', async ({ lab }) => {
    const host = await lab.open();
    const specs = Array.from({ length: 100 }, (_, i) => ({ create: true, name: `web${i}` }));
    const attaching = host.attachAll(specs);
    const collecting = host.gc();
    await host.close();
    expect((await attaching).filter(({ error }) => error)).toEqual([]);
    expect((await collecting).errors).toEqual([]);
    await expect(host.attach({ create: true })).rejects.toEqual(failure('ECLOSED'));
    await expect(host.detach('web0')).rejects.toEqual(failure('ECLOSED'));
    await expect(host.gc()).rejects.toEqual(failure('ECLOSED'));
    expect(() => host.sandboxes()).toThrow(failure('ECLOSED') as Error);
    expect(() => host.inspect('web0')).toThrow(failure('ECLOSED') as Error);
    await (await lab.open()).detachAll(specs.map(({ name }) => name));
  });
});
