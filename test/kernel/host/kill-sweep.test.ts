import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Sandbox } from '../../../src/index.js';
import { endpointOf, Lab, ping, test } from './lab.js';
import { isDense, names, runSequence } from './sequence.js';

/** How far it is from one killed call to the next: the records are written with many. */
const stride = (call: string) => (call === 'pwrite64' && !isDense ? 2 : 1);

/** What the engine's thread changes the kernel with, then what the main thread changes the records with. */
const engineCalls = ['sendto', 'setns', 'unshare', 'mount', 'umount2', 'unlink', 'symlink', 'dup3', 'ioctl'];
const storeCalls = ['mkdir', 'ftruncate', 'pwrite64', 'writev'];
const others = [
  'openat',
  'write',
  'read',
  'recvmsg',
  'socket',
  'connect',
  'close',
  'poll',
  'fcntl',
  'mmap',
  'munmap',
  'futex',
  'epoll_pwait',
];

const calls = [...engineCalls, ...storeCalls, ...(isDense ? others : [])];

/** The file of a namespace, by a path that is not under /run/netns, so that there has to be a link to it. */
function pathTo(lab: Lab): string {
  const path = join(lab.directory, 'found');
  symlinkSync(lab.namespace().path, path);
  return path;
}

describe('killed at any system call', () => {
  test.for(calls)(
    'a host that others use is as before after gc, or after the same once more: %s',
    { timeout: 600_000 },
    async (call, { lab }) => {
      const netns = pathTo(lab);
      const host = await lab.open();
      const bystander = await host.attach({ create: true, name: 'bystander' });
      const before = await state(lab);
      for (let k = 1; ; k += stride(call)) {
        const { signal, failures } = await runSequence(lab, netns, `${call}:signal=SIGKILL:when=${k}`);
        expect(failures).toEqual([]);
        await cleanUp(lab, netns, k);
        expect(await state(lab), `killed at ${call} ${k}`).toEqual(before);
        const probe = endpointOf(await host.attach({ create: true, name: 'probe' }));
        expect(probe.address).not.toBe(endpointOf(bystander).address);
        ping('probe', endpointOf(bystander).address);
        await host.detach('probe');
        if (signal === null) {
          break;
        }
      }
      await host.detach('bystander');
    },
  );

  test.for(['sendto', ...storeCalls])(
    'a host that was never used can be used: %s',
    { timeout: 600_000 },
    async (call) => {
      for (let k = 1, signal: unknown = ''; signal !== null; k += stride(call)) {
        const lab = new Lab();
        try {
          const netns = pathTo(lab);
          ({ signal } = await runSequence(lab, netns, `${call}:signal=SIGKILL:when=${k}`));
          await cleanUp(lab, netns, k);
          await lab.expectEmpty();
          const host = await lab.open();
          await host.attach({ create: true, name: 'probe' });
          ping('probe', '172.17.0.1');
          await host.detach('probe');
        } finally {
          await lab.end();
        }
      }
    },
  );
});

/** In turn: gc, detaching what may be there, and the same once more. Afterwards nothing of the sequence is to be left. */
async function cleanUp(lab: Lab, netns: string, k: number): Promise<void> {
  const fresh = await lab.open();
  const isWhole = ({ state }: Sandbox) => state === 'ready' || state === 'changing';
  const ours = () => fresh.sandboxes().filter(({ name }) => names.includes(name));
  const finished = ours().filter(isWhole);
  if (k % 3 === 0) {
    const { failures } = await runSequence(lab, netns);
    // Only those that had been attached already are in the way.
    expect(failures.map(({ step, error }) => `${step} ${error.code}`)).toEqual(finished.map(() => 'attach ENAMEINUSE'));
  } else if (k % 3 === 1) {
    expect((await fresh.gc()).errors).toEqual([]);
    expect(ours().map(({ id, state }) => [id, state])).toEqual(finished.map(({ id }) => [id, 'ready']));
    for (const { name, endpoint } of finished) {
      ping(name, endpoint?.gateway ?? '');
    }
    await fresh.detachAll(finished.map(({ name }) => name));
  } else {
    expect(await fresh.detachAll(names)).toEqual([{}, {}]);
  }
  await fresh.close();
}

/** All that may be left of a sandbox. */
async function state(lab: Lab): Promise<unknown> {
  return [lab.ends(), lab.files(), await lab.records(), lab.elements(), lab.reservedPorts()];
}
