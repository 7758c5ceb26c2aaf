import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { lives, type Started, TestHost, terminal } from './host.js';

expectNothingLeft();

const names = ['HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'TERM', 'WINCH', 'CONT', 'ALRM'];

/** A program that prints its process id, then each signal that it gets: a shell would count two in a row as one. */
const reporter = [
  process.execPath,
  '-e',
  `for (const name of ${JSON.stringify(names)}) process.on('SIG' + name, () => console.log('got ' + name));
   setInterval(() => {}, 1000);
   console.log('pid ' + process.pid + ' ready');`,
];

/** The process that a started command said it is. */
function commandOf({ stdout }: Started): number {
  return Number(/pid (\d+)/.exec(stdout)?.[1]);
}

const times = (text: string, part: string) => text.split(part).length - 1;

describe('a signal to netplumb', () => {
  test('is passed on to the command, once', async () => {
    using host = new TestHost();
    const started = host.start(['run', '--net=none', ...reporter]);
    await started.printed('ready');
    for (const name of names) {
      process.kill(started.pid, `SIG${name}`);
      await started.printed(`got ${name}\n`);
    }
    process.kill(commandOf(started), 'SIGKILL');
    expect(await started.ended).toEqual({ status: 137, signal: null });
    for (const name of names) {
      expect(times(started.stdout, `got ${name}\n`)).toBe(1);
    }
    await host.expectNothing();
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s ends a command that does nothing about it, and all is gone',
    async (signal) => {
      using host = new TestHost();
      const started = host.start(['run', '--name', 'web', 'sh', '-c', 'echo ready; exec sleep 600']);
      await started.printed('ready');
      started.child.kill(signal);
      expect(await started.ended).toEqual({ status: 128 + constants.signals[signal], signal: null });
      expect(started.stderr).toBe('');
      await host.expectNothing('netplumb0');
    },
  );

  test('at any moment leaves nothing behind', async () => {
    using host = new TestHost();
    host.netplumb('run', 'true');
    for (let delay = 40; delay < 400; delay += 40) {
      const started = host.start(['run', 'sleep', '600']);
      await new Promise((resolve) => setTimeout(resolve, delay));
      started.child.kill('SIGTERM');
      const { status, signal } = await started.ended;
      // Before anything is made it ends as any program does.
      expect([status, signal]).toContainEqual(signal === null ? 143 : 'SIGTERM');
      await host.expectNothing('netplumb0');
    }
  });

  test('when it is attaching finishes or gives up', async () => {
    using host = new TestHost();
    for (let delay = 40; delay < 300; delay += 40) {
      const started = host.start(['attach', '--create', '--name', 'web']);
      await new Promise((resolve) => setTimeout(resolve, delay));
      started.child.kill('SIGINT');
      const { status, signal } = await started.ended;
      // Once it has answered, Node ends without the handlers of signals for some milliseconds.
      const hasAnswered = started.stdout !== '';
      expect(hasAnswered ? [0, 'SIGINT'] : [130, 'SIGINT']).toContain(status ?? signal);
      expect(host.list().map(({ name, state }) => `${name} ${state}`)).toEqual(hasAnswered ? ['web ready'] : []);
      host.netplumb('detach', 'web');
      await host.expectNothing(...host.links());
    }
  });
});

describe('kill -9 of netplumb', () => {
  test('takes the command with it, and gc finds the rest', async () => {
    using host = new TestHost();
    const started = host.start(['run', '--name', 'web', 'sh', '-c', 'echo pid $$; exec sleep 600']);
    await started.printed('pid');
    const pid = commandOf(started);
    expect(host.netplumb('gc')).toBe('nothing to do\n');
    expect(lives(pid)).toBe(true);
    process.kill(started.pid, 'SIGKILL');
    await started.ended;
    await expect.poll(() => lives(pid)).toBe(false);
    expect(host.list()).toHaveLength(1);
    expect(host.netplumb('gc')).toBe('removed sandbox web\n');
    await host.expectNothing('netplumb0');
  });

  test('is cleaned up by detach as well', async () => {
    using host = new TestHost();
    const started = host.start(['run', '--name', 'web', 'sh', '-c', 'echo ready; exec sleep 600']);
    await started.printed('ready');
    process.kill(started.pid, 'SIGKILL');
    await started.ended;
    host.netplumb('detach', 'web');
    await host.expectNothing('netplumb0');
  });
});

describe('at a terminal', () => {
  test('Ctrl-C reaches the command once, and netplumb lives on', async () => {
    using host = new TestHost();
    const started = host.start(['run', '--net=none', ...reporter], { through: terminal });
    await started.printed('ready');
    started.child.stdin?.write('\x03');
    await started.printed('got INT');
    started.child.stdin?.write('\x1c');
    await started.printed('got QUIT');
    const netplumb = Number(/^PPid:\t(\d+)/m.exec(readFileSync(`/proc/${commandOf(started)}/status`, 'utf8'))?.[1]);
    // What someone sends is passed on even though the terminal's signals are not.
    process.kill(netplumb, 'SIGINT');
    await expect.poll(() => times(started.stdout, 'got INT')).toBe(2);
    process.kill(netplumb, 'SIGUSR1');
    await started.printed('got USR1');
    expect(times(started.stdout, 'got INT')).toBe(2);
    expect(times(started.stdout, 'got QUIT')).toBe(1);
    process.kill(commandOf(started), 'SIGKILL');
    expect((await started.ended).status).toBe(137);
    await host.expectNothing();
  });
});
