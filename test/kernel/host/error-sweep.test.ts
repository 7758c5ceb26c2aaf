import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { ErrorJson } from '../../../src/index.js';
import { endpointOf, type Lab, ping, test } from './lab.js';
import { type Ending, isDense, names, runSequence } from './sequence.js';

/**
 * System calls, what the kernel may say against them, and what that is to be called. Once, and with "+" from some time on
 * always.
 */
const refusals: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['sendto', 'ENOBUFS', '', ['ENOBUFS']],
  ['sendto', 'ENOBUFS', '+', ['ENOBUFS']],
  ['recvmsg', 'ENOMEM', '', ['ENOMEM']],
  ['socket', 'EMFILE', '', ['EMFILE']],
  ['unshare', 'ENOSPC', '', ['ENOSPC']],
  // A thread that cannot come home ends itself, and the engine with it.
  ['setns', 'EPERM', '', ['EPERM', 'EENGINE']],
  ['mount', 'ENOMEM', '', ['ENOMEM']],
  ['umount2', 'EPERM', '+', ['EPERM']],
  ['unlink', 'EROFS', '', ['EROFS']],
  ['symlink', 'ENOSPC', '', ['ENOSPC']],
  ['dup3', 'EMFILE', '', ['EMFILE']],
  // Whether a file is a namespace is asked by one, too.
  ['ioctl', 'ENODEV', '', ['ENODEV', 'ENOTNETNS']],
  // LMDB refuses everything with EINVAL once it could not write one of its first two pages.
  ['writev', 'EIO', '', ['EIO']],
  ['pwrite64', 'ENOSPC', '', ['ENOSPC', 'EINVAL']],
];

/** By default only some of the many pages that LMDB writes: the kernel has none of these refusals, see `Lab.afterRefusal`. */
const stride = (call: string) => (call === 'pwrite64' && !isDense ? 3 : 1);

/** Some calls are not needed, and their refusal is not noticed: so many in a row mean that there were no more. */
const quiet = 4;

describe('refused any system call', () => {
  test.for(refusals)(
    'says so and leaves nothing: %s, %s%s',
    { timeout: 600_000 },
    async ([call, error, always, codes], { lab }) => {
      const netns = join(lab.directory, 'found');
      symlinkSync(lab.namespace().path, netns);
      let host = await lab.open();
      const bystander = endpointOf(await host.attach({ create: true, name: 'bystander' }));
      const before = await state(lab);
      const step = stride(call);
      for (let k = 1, last = 0; k <= last + quiet * step; k += step) {
        const ending = await runSequence(lab, netns, `${call}:error=${error}:when=${k}${always}`);
        for (const failure of ending.failures) {
          expectClear(failure.error, codes);
        }
        host = await lab.afterRefusal(host);
        if (hasLeftovers(ending)) {
          // By a fresh process, as it were: what was given up is nobody's.
          expect((await host.gc()).errors).toEqual([]);
          expect(await host.detachAll(names)).toEqual([{}, {}]);
        }
        expect(await state(lab), `${error} at ${call} ${k}${always}`).toEqual(before);
        await host.attach({ create: true, name: 'probe' });
        ping('probe', bystander.address);
        await host.detach('probe');
        last = ending.failures.length > 0 || ending.signal !== null ? k : last;
      }
      await host.detach('bystander');
    },
  );
});

function expectClear(error: ErrorJson, codes: readonly string[]): void {
  expect(codes).toContain(error.code);
  expect(error.message).toMatch(
    /^(the engine of this host has stopped|[\w]+ (for \S+ ?\S* )?failed with E|\S+ is not a network namespace)/,
  );
}

/**
 * Whether something may be left: when detaching failed, which can be repeated; when taking an attach back failed, too; or
 * when LMDB, which could not write, has ended the process.
 */
function hasLeftovers({ signal, failures }: Ending): boolean {
  return signal !== null || failures.length > 1 || failures.some(({ step }) => step === 'detach');
}

async function state(lab: Lab): Promise<unknown> {
  return [lab.ends(), lab.files(), await lab.records(), lab.elements(), lab.reservedPorts()];
}
