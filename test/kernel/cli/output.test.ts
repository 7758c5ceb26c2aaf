import { expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestHost, terminal } from './host.js';

expectNothingLeft();

test('every command prints one JSON document with --json, wherever that stands', async () => {
  using host = new TestHost();
  for (const args of [
    ['attach', '--create', '--name', 'web', '--json'],
    ['--json', 'ls'],
    ['inspect', 'web', '--json'],
    ['detach', '--json', 'web'],
    ['--json', 'gc'],
  ]) {
    expect(() => JSON.parse(host.netplumb(...args))).not.toThrow();
  }
  expect(JSON.parse(host.netplumb('detach', 'gone', '--json'))).toEqual({ detached: ['gone'] });
  expect(JSON.parse(host.netplumb('gc', '--json'))).toEqual({
    sandboxes: [],
    links: [],
    files: [],
    restored: [],
    errors: [],
  });
  await host.expectNothing('netplumb0');
});

test('a result that cannot be written is an error; a reader who has gone is none', async () => {
  using host = new TestHost();
  const full = host.call(['ls'], { through: ['sh', '-c', 'exec "$@" >/dev/full', 'sh'] });
  expect(full).toEqual({ status: 1, stdout: '', stderr: expect.stringContaining('ENOSPC') });
  const gone = host.call(['ls'], { through: ['bash', '-c', 'set -o pipefail; "$@" | true', 'bash'] });
  expect(gone).toEqual({ status: 0, stdout: '', stderr: '' });
  await host.expectNothing();
});

test('colours are for terminals, and not even there when someone minds', async () => {
  using host = new TestHost();
  const atTerminal = (env: Readonly<Record<string, string>>) => host.call(['ls'], { through: terminal, env }).stdout;
  expect(host.netplumb('ls')).not.toContain('\x1b');
  expect(atTerminal({ TERM: 'xterm', NO_COLOR: '' })).toContain('\x1b[1mID');
  expect(atTerminal({ TERM: 'xterm', NO_COLOR: '1' })).not.toContain('\x1b');
  await host.expectNothing();
});
