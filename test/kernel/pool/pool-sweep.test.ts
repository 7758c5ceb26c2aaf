import { describe, expect } from 'vitest';
import type { Host, Sandbox } from '../../../src/index.js';
import { endpointOf, type Lab, ping, test } from '../host/lab.js';
import { isDense, runPoolSequence } from '../host/sequence.js';

/** How far it is from one killed call to the next: the records are written with many. */
const stride = (call: string) => (call === 'pwrite64' && !isDense ? 4 : isDense ? 1 : 2);

/** What the engine's thread changes the kernel with, then what the main thread changes the records with. */
const calls = [
  'sendto',
  'unshare',
  'mount',
  'umount2',
  'pwrite64',
  'writev',
  ...(isDense ? ['setns', 'openat', 'futex'] : []),
];

const names = ['quick', 'slow'];

describe('killed at any system call of filling, taking and draining', () => {
  test.for(calls)(
    'nothing is lost, given out twice or left, after gc or after the next who fills or drains: %s',
    { timeout: 600_000 },
    async (call, { lab }) => {
      const host = await lab.open();
      await host.networks.create({ name: 'web', subnet: '10.10.0.0/16', options: { 'netplumb.dns': 'false' } });
      const bystander = await host.attach({ create: true, name: 'bystander', network: 'web' });
      const before = await state(lab);
      for (let k = 1; ; k += stride(call)) {
        const { signal, failures } = await runPoolSequence(lab, 'web', `${call}:signal=SIGKILL:when=${k}`);
        expect(failures).toEqual([]);
        await cleanUp(lab, k);
        expect(await state(lab), `killed at ${call} ${k}`).toEqual(before);
        const probe = await host.take('web', { name: 'probe' });
        expect(endpointOf(probe).address).not.toBe(endpointOf(bystander).address);
        ping('probe', endpointOf(bystander).address);
        await host.detach('probe');
        if (signal === null) {
          break;
        }
      }
      await host.detach('bystander');
      await host.networks.remove('web');
    },
  );
});

/** In turn: gc, the same once more, draining. Whatever was taken to the end is whole, and stays until it is detached. */
async function cleanUp(lab: Lab, k: number): Promise<void> {
  const fresh = await lab.open();
  const taken = () => fresh.sandboxes().filter(({ name }) => names.includes(name));
  for (const { name, state, netns, endpoint } of taken().filter((one) => one.state === 'ready')) {
    expect([name, state]).toEqual([name, 'ready']);
    ping(netns?.split('/').at(-1) ?? '', endpoint?.gateway ?? '');
  }
  const turn = Math.floor(k / 2) % 3;
  if (turn === 0) {
    await collect(fresh, taken());
  } else if (turn === 1) {
    const { failures } = await runPoolSequence(lab, 'web');
    // Only those that had been taken already are in the way, and have been detached by it then.
    expect(failures.filter(({ step, error }) => step !== 'take' || error.code !== 'ENAMEINUSE')).toEqual([]);
  } else {
    await fresh.drainPools('web');
    expect(fresh.pools()).toEqual([]);
  }
  // What was half taken is still there under its name.
  await fresh.detachAll(names);
  await fresh.close();
}

async function collect(host: Host, taken: readonly Sandbox[]): Promise<void> {
  expect((await host.gc()).errors).toEqual([]);
  const left = host.sandboxes().filter(({ name }) => names.includes(name));
  expect(left.map(({ id }) => id)).toEqual(taken.filter(({ state }) => state === 'ready').map(({ id }) => id));
  // Those that were to outlive the process do.
  await host.drainPools('web');
}

/** All that may be left of a sandbox. */
async function state(lab: Lab): Promise<unknown> {
  return [lab.ends(), lab.files(), await lab.records(), lab.elements(), lab.reservedPorts(), lab.nameFiles()];
}
