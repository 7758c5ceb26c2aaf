import { describe, expect } from 'vitest';
import { run } from '../../support/netns.js';
import { endpointOf, failure, ping, test } from './lab.js';

describe('detaching', () => {
  test('succeeds when the sandbox is gone, or never was', async ({ lab }) => {
    const host = await lab.open();
    await host.detach('nobody');
    await host.attach({ create: true, name: 'web' });
    await host.detach('web');
    await host.detach('web');
    expect(await host.detachAll(['web', 'nobody', 'web'])).toEqual([{}, {}, {}]);
    expect(await host.detachAll([])).toEqual([]);
  });

  test('takes a name, an id or at least 12 characters of one', async ({ lab }) => {
    const host = await lab.open();
    const [one, other] = [await host.attach({ create: true }), await host.attach({ create: true })];
    await host.detach(one.sandbox);
    await host.detach(other.sandbox.slice(0, 12));
    await lab.expectEmpty();
  });

  test("never takes a name that is gone for the beginning of another's id", async ({ lab }) => {
    const host = await lab.open();
    const { sandbox } = await host.attach({ create: true, name: 'web' });
    await host.detach(sandbox.slice(0, 2));
    await host.detach(sandbox.slice(0, 11));
    expect(host.inspect(sandbox.slice(0, 11)).name).toBe('web');
    await expect(host.detach(sandbox.slice(0, 1))).rejects.toEqual(failure('EBADNAME'));
    await host.detach('web');
  });

  test.for(['a b', '', '../web', 'x'.repeat(100)])('refuses what can be no sandbox: %j', async (reference, { lab }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'web' });
    const results = await host.detachAll([reference, 'web']);
    expect(results).toEqual([{ error: failure('EBADNAME') }, {}]);
  });

  test('twice at once, in one process and in two, is once', async ({ lab }) => {
    const [one, other] = [await lab.open(), await lab.open()];
    for (let i = 0; i < 20; i++) {
      const { sandbox } = await one.attach({ create: true, name: 'web' });
      await Promise.all([one.detach('web'), one.detach(sandbox), other.detach('web'), other.detach(sandbox)]);
      await lab.expectEmpty();
    }
  });

  test('waits for whoever is just attaching the sandbox', async ({ lab }) => {
    const [one, other] = [await lab.open(), await lab.open()];
    for (let i = 0; i < 20; i++) {
      const attaching = one.attach({ create: true, name: 'web' });
      await other.detach('web');
      await attaching;
      await other.detach('web');
      await lab.expectEmpty();
    }
  });

  test('finishes what somebody else has begun: the link, the file, or both are gone already', async ({ lab }) => {
    const host = await lab.open();
    for (const [link, file] of [
      [true, false],
      [false, true],
      [true, true],
    ]) {
      const { hostInterface } = endpointOf(await host.attach({ create: true, name: 'web' }));
      if (link) {
        lab.netns.run('ip', 'link', 'del', hostInterface);
      }
      if (file) {
        run('ip', 'netns', 'del', 'web');
      }
      await host.detach('web');
      await lab.expectEmpty();
    }
  });

  test('a name can be had again at once: whoever comes late does not remove what its successor has made', async ({
    lab,
  }) => {
    const [one, other] = [await lab.open(), await lab.open()];
    let { sandbox } = await one.attach({ create: true, name: 'web' });
    for (let i = 0; i < 100; i++) {
      const late = other.detach(sandbox);
      await one.detach(sandbox);
      ({ sandbox } = await one.attach({ create: true, name: 'web' }));
      await late;
      expect(lab.files()).toEqual(['web']);
    }
    ping('web', '172.17.0.1');
    await one.detach('web');
  });

  test('reports what it could not remove, keeps it on record, and can be repeated', async ({ lab }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'web', network: 'none' });
    run('ip', 'netns', 'del', 'web');
    // A directory with something in it cannot be unlinked.
    run('mkdir', '-p', '/run/netns/web/full');
    await expect(host.detach('web')).rejects.toEqual(failure('EISDIR', /\/run\/netns\/web/));
    expect(host.inspect('web').state).toBe('leaving');
    // Nobody works on it: another process need not wait for this one to end.
    const other = await lab.open();
    await expect(other.detach('web')).rejects.toEqual(failure('EISDIR'));
    run('rm', '-r', '/run/netns/web');
    expect((await other.gc()).sandboxes).toEqual(['web']);
  });
});
