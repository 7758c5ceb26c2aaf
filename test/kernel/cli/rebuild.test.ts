import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestHost } from './host.js';

expectNothingLeft();

test('the first command that finds the records gone says what was lost, does its work, and is the only one', async () => {
  using host = new TestHost();
  const { sandbox } = host.attach('--create', '--name', 'web');
  for (const name of readdirSync(host.runDir)) {
    rmSync(join(host.runDir, name), { recursive: true });
  }
  const first = host.call(['ls', '--json']);
  expect(first.stderr).toBe(
    `{"warning":{"message":"the records in \\"${host.runDir}\\" were lost: there is no file of them; ` +
      'put back on record from the kernel: web"}}\n',
  );
  expect([first.status, JSON.parse(first.stdout)]).toEqual([
    0,
    [expect.objectContaining({ id: sandbox, name: 'web' })],
  ]);
  expect(host.attach('--create', '--name', 'api').endpoint?.address).toBe('172.17.0.3');
  host.netplumb('detach', 'web', 'api');
  await host.expectNothing('netplumb0');
});

test('for people it is a warning', () => {
  using host = new TestHost();
  host.netplumb('attach', '--create', '--name', 'web');
  for (const name of readdirSync(host.runDir)) {
    rmSync(join(host.runDir, name), { recursive: true });
  }
  const { status, stderr } = host.call(['detach', 'web']);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(/^netplumb: warning: the records in ".*" were lost: .*: web\n$/),
  });
});
