import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { run } from '../../support/netns.js';
import { endpointOf, type Lab, ping, test } from './lab.js';
import { runBatchSequence } from './sequence.js';

/** What the engine's thread changes the kernel with, and the one that opens sandboxes ahead of it; each counts its own. */
const calls = ['sendto', 'setns', 'unshare', 'mount', 'symlink', 'socket', 'futex', 'ioctl'];

const names = ['first', 'second', 'third', 'fourth'];

/** All that may be left of a sandbox, and of one that was there before. */
async function state(lab: Lab, netns: string): Promise<unknown> {
  const inside = (...command: string[]) => run('nsenter', `--net=${netns}`, ...command);
  return [
    lab.ends(),
    lab.files(),
    await lab.records(),
    lab.elements(),
    // Names alone: bringing `lo` up is not taken back.
    inside('ip', '-o', 'link').replaceAll(/^(\d+: \S+).*$/gm, '$1'),
    inside('ip', 'route'),
  ];
}

describe('attaching several at once, killed at any system call of any thread', () => {
  test.for(calls)('leaves nothing after gc and detach: %s', { timeout: 600_000 }, async (call, { lab }) => {
    const netns = join(lab.directory, 'found');
    symlinkSync(lab.namespace().path, netns);
    const host = await lab.open();
    const bystander = endpointOf(await host.attach({ create: true, name: 'bystander' })).address;
    const before = await state(lab, netns);
    for (let k = 1; ; k += call === 'futex' ? 3 : 1) {
      const { signal, failures } = await runBatchSequence(lab, netns, `${call}:signal=SIGKILL:when=${k}`);
      expect(failures).toEqual([]);
      expect((await host.gc()).errors).toEqual([]);
      const whole = host.sandboxes().filter(({ name }) => names.includes(name));
      for (const { name, state: found } of whole) {
        expect(found, `killed at ${call} ${k}`).toBe('ready');
        ping(name, bystander);
      }
      await host.detachAll(whole.map(({ name }) => name));
      expect(await state(lab, netns), `killed at ${call} ${k}`).toEqual(before);
      if (signal === null) {
        break;
      }
    }
    await host.detach('bystander');
  });
});
