import { describe, expect } from 'vitest';
import type { Host } from '../../../src/index.js';
import { run } from '../../support/netns.js';
import { endpointOf, failure, ping, test } from './lab.js';
import { runRemoval } from './sequence.js';

/** Makes so many sandboxes, and returns their names. */
async function attachMany(host: Host, count: number, name = 'web'): Promise<string[]> {
  const names = Array.from({ length: count }, (_, i) => `${name}${i}`);
  const results = await host.attachAll(names.map((one) => ({ create: true, name: one })));
  expect(results.filter(({ error }) => error)).toEqual([]);
  return names;
}

describe('removing hundreds', () => {
  test('leaves nothing of any, and every name can be had again at once', async ({ lab }) => {
    const host = await lab.open();
    const names = await attachMany(host, 400);
    expect(await host.detachAll(names)).toEqual(names.map(() => ({})));
    expect(lab.ends()).toEqual([]);
    expect(lab.files()).toEqual([]);
    expect(host.sandboxes()).toEqual([]);
    const again = await attachMany(host, 400);
    ping(again[0] ?? '', '172.17.0.1');
    expect(await host.detachAll(again)).toEqual(again.map(() => ({})));
  });

  test('tells of each what became of it, in the order in which they were named', async ({ lab }) => {
    const host = await lab.open();
    const names = await attachMany(host, 100);
    run('ip', 'netns', 'del', 'web40');
    // A directory with something in it cannot be unlinked.
    run('mkdir', '-p', '/run/netns/web40/full');
    const asked = [...names.slice(0, 70), 'nobody', 'a b', ...names.slice(60)];
    const results = await host.detachAll(asked);
    expect(results.map(({ error }, i) => [asked[i], error]).filter(([, error]) => error)).toEqual([
      ['web40', failure('EISDIR', /\/run\/netns\/web40/)],
      ['a b', failure('EBADNAME')],
    ]);
    expect(host.sandboxes().map(({ name, state }) => [name, state])).toEqual([['web40', 'leaving']]);
    run('rm', '-r', '/run/netns/web40');
    expect(await host.detachAll(names)).toEqual(names.map(() => ({})));
  });

  test('is done once, whoever asks, in one process and in two', async ({ lab }) => {
    const [one, other] = [await lab.open(), await lab.open()];
    const names = await attachMany(one, 200);
    const mixed = names.toReversed();
    const all = await Promise.all([one.detachAll(names), other.detachAll(mixed), ...names.map((n) => one.detach(n))]);
    expect(all.slice(0, 2)).toEqual([names.map(() => ({})), names.map(() => ({}))]);
  });

  test('attaches come through before it is over, and are untouched by it', async ({ lab }) => {
    const host = await lab.open();
    const names = await attachMany(host, 500);
    let isOver = false;
    const removing = host.detachAll(names).finally(() => {
      isOver = true;
    });
    const seen: boolean[] = [];
    for (let i = 0; i < 5; i++) {
      await host.attach({ create: true, name: `late${i}` });
      seen.push(isOver);
    }
    expect(seen).toEqual([false, false, false, false, false]);
    expect(await removing).toEqual(names.map(() => ({})));
    const { address } = endpointOf(host.inspect('late4'));
    ping('late0', address);
    await host.detachAll(['late0', 'late1', 'late2', 'late3', 'late4']);
  });

  test('does not hold up whoever detaches one', async ({ lab }) => {
    const host = await lab.open();
    const [alone = '', ...names] = await attachMany(host, 400);
    const order: string[] = [];
    const removing = host.detachAll(names).then((results) => {
      order.push('all');
      return results;
    });
    // A moment later: those of one moment travel together.
    await new Promise(setImmediate);
    await host.detach(alone).then(() => order.push('one'));
    expect(await removing).toEqual(names.map(() => ({})));
    expect(order).toEqual(['one', 'all']);
  });

  test('is finished before the host is closed', async ({ lab }) => {
    const host = await lab.open();
    const names = await attachMany(host, 100);
    const removing = host.detachAll(names);
    await host.close();
    expect(await removing).toEqual(names.map(() => ({})));
  });
});

describe('killed while it removes many', () => {
  // As many as are grouped and held together.
  test.for(['sendto', 'umount2', 'unlink', 'pwrite64', 'close', 'write'])(
    'what is left goes with gc, and with the same once more: %s',
    { timeout: 300_000 },
    async (call, { lab }) => {
      const host = await lab.open();
      const bystander = endpointOf(await host.attach({ create: true, name: 'bystander' }));
      for (let round = 0, isKilled = true; isKilled; round++) {
        const k = 3 ** round;
        const names = await attachMany(host, 70);
        const { signal, failures } = await runRemoval(lab, names, `${call}:signal=SIGKILL:when=${k}`);
        expect(failures).toEqual([]);
        isKilled = signal !== null;
        const rest = host.sandboxes().filter(({ name }) => name !== 'bystander');
        if (round % 2 === 0) {
          const { errors } = await host.gc();
          expect(errors, `killed at ${call} ${k}`).toEqual([]);
          // Those that it had not begun with are whole.
          for (const { name } of host.sandboxes().filter((one) => one.name !== 'bystander')) {
            ping(name, bystander.address);
          }
        }
        expect(await host.detachAll(names)).toEqual(names.map(() => ({})));
        expect(rest.every(({ state }) => state === 'ready' || state === 'leaving')).toBe(true);
        expect(lab.files()).toEqual(['bystander']);
        ping('bystander', '172.17.0.1');
      }
      await host.detach('bystander');
    },
  );
});
