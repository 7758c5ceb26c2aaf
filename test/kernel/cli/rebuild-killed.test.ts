import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../../src/host/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestHost } from './host.js';

expectNothingLeft();

/** Calls the program through strace, which kills it at the given system call of any of its threads. */
const killedAt = (call: string, when: number): readonly string[] => [
  'strace',
  '-f',
  '-o',
  '/dev/null',
  '-e',
  `trace=${call}`,
  '-e',
  `inject=${call}:signal=SIGKILL:when=${when}`,
];

/** Of what is found out anew each time only what must not differ. */
function essence(sandboxes: readonly Sandbox[]): unknown[] {
  return sandboxes
    .map(({ id, name, netns, endpoints }) => ({ id, name, netns, addresses: endpoints.map(({ address }) => address) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

// What the engine asks the kernel with, and what the records are made and written with.
test.for([
  ['sendto', 4],
  ['setns', 4],
  ['pwrite64', 3],
  ['ftruncate', 1],
] as const)(
  'killed at any %s, whoever comes next finds all that lives',
  { timeout: 300_000 },
  async ([call, stride]) => {
    using host = new TestHost();
    host.netplumb('network', 'create', 'shop', '--subnet', '10.10.0.0/16');
    host.attach('--create', '--name', 'web');
    host.attach('--create', '--name', 'api', '--net', 'shop');
    host.attach('--create', '--name', 'alone', '--net', 'none');
    const before = essence(host.list());
    let killed = 0;
    for (let when = 1; ; when += stride) {
      for (const name of readdirSync(host.runDir)) {
        rmSync(join(host.runDir, name), { recursive: true });
      }
      const { status } = host.call(['ls'], { through: killedAt(call, when) });
      const next = host.call(['ls', '--json']);
      expect(next.status).toBe(0);
      expect(essence(JSON.parse(next.stdout)), `killed at ${call} ${when}`).toEqual(before);
      if (status !== null) {
        break;
      }
      killed += 1;
    }
    expect(killed).toBeGreaterThan(0);
    expect(host.attach('--create', '--name', 'late').endpoint?.address).toBe('172.17.0.3');
    host.netplumb('detach', 'web', 'api', 'alone', 'late');
    host.netplumb('network', 'rm', 'shop');
    await host.expectNothing('netplumb0');
  },
);
