import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { root } from '../../benchmarks/lib/apart.js';

/** Nobody else sleeps for so long. */
const seconds = `${86_400 + process.pid}`;

/** How many processes of the machine sleep for that time. */
function sleepers(): number {
  const isOurs = (id: string) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'latin1') === `sleep\0${seconds}\0`;
    } catch {
      // It has ended since.
      return false;
    }
  };
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOurs(name)).length;
}

test('whoever is killed with a bound throw-away host takes all that was started in there along', async () => {
  const inside = `setsid sleep ${seconds} & sleep ${seconds} & echo ready; exec sleep ${seconds}`;
  const caller = spawn('sh', ['-c', `'${root}scripts/throwaway' --bound sh -c '${inside}' & wait`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(caller.stdout, 'readable');
  await expect.poll(sleepers, { timeout: 5000 }).toBe(3);
  caller.kill('SIGKILL');
  await expect.poll(sleepers, { timeout: 5000 }).toBe(0);
});
