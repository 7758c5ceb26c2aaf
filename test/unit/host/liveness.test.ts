import { expect, test } from 'vitest';
import { findDead } from '../../../src/host/liveness.js';
import type { Connection } from '../../../src/netlink/index.js';
import type { SandboxRecord } from '../../../src/store/index.js';

const base = {
  mode: 'none',
  owner: 'me',
  bound: false,
  created: 0,
  netns: { kind: 'created' },
  endpoints: [],
} as const;
const ready: SandboxRecord = { ...base, id: 'a', name: 'web', state: 'ready', cookie: '5', pin: '/run/netns/web' };
const pending: SandboxRecord = { ...base, id: 'b', name: 'db', state: 'pending', pin: '/run/netns/db' };

/** Of a process that has finished attaching `db` by the time when the kernel has answered about `web`. */
function finishing(working: Set<string>) {
  const carryOut = async (plans: readonly unknown[]) => {
    working.clear();
    return plans.map(() => ({ cookie: 5n }));
  };
  const connection = { carryOut, requestAll: async () => [] } as unknown as Connection;
  return { connection, owner: 'me', working };
}

test('what this process is attaching while it looks is not dead when that is done', async () => {
  expect(await findDead(finishing(new Set(['b'])), [ready, pending], [])).toEqual([]);
});

test('what it was attaching and gave up is', async () => {
  expect(await findDead(finishing(new Set()), [ready, pending], [])).toEqual([pending]);
});
