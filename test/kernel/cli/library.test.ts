import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { openHost, run } from '../../../src/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { lives, TestHost } from './host.js';

expectNothingLeft();

const entry = fileURLToPath(new URL('../../../dist/index.js', import.meta.url));
const threads = () => readdirSync('/proc/self/task').length;

const open = ({ netns, runDir }: TestHost) => openHost({ netns: netns.path, runDir });

describe('run() of the library', () => {
  test('returns how the command ended, and leaves neither descriptors nor threads', async () => {
    using place = new TestHost();
    await using host = await open(place);
    expect(await run(host, { network: 'none' }, ['sh', '-c', 'exit 4'])).toEqual({ status: 4 });
    expect(await run(host, { network: 'none' }, ['sh', '-c', 'kill -USR2 $$'])).toEqual({
      status: 140,
      signal: 'SIGUSR2',
    });
    const before = threads();
    for (let round = 0; round < 20; round++) {
      await run(host, { network: 'none' }, ['true']);
    }
    // A thread that was waited for is listed until the kernel has let go of it (mm_release comes before that in do_exit).
    await expect.poll(threads, { timeout: 5000 }).toBeLessThanOrEqual(before);
    expect(host.sandboxes()).toEqual([]);
    await place.expectNothing();
  });

  test('runs many at once, each in its own sandbox', async () => {
    using place = new TestHost();
    await using host = await open(place);
    const ends = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        run(host, { name: `job-${i}` }, ['sh', '-c', `ping -c1 -W2 172.17.0.1 >/dev/null && exit ${i}`]),
      ),
    );
    expect(ends.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(host.sandboxes()).toEqual([]);
    await place.expectNothing('netplumb0');
  });

  test('does not hold up the program that waits for it', async () => {
    using place = new TestHost();
    await using host = await open(place);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await run(host, { network: 'none' }, ['sleep', '0.5']);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(100);
    await place.expectNothing();
  });

  test('throws why the command could not be started, with nothing left', async () => {
    using place = new TestHost();
    await using host = await open(place);
    await expect(run(host, { network: 'none' }, ['no-such-program'])).rejects.toMatchObject({ code: 'ENOCOMMAND' });
    await expect(run(host, { network: 'none' }, ['/etc'])).rejects.toMatchObject({ code: 'ENOTEXECUTABLE' });
    await expect(run(host, { network: 'none' }, [])).rejects.toMatchObject({ code: 'EUSAGE' });
    expect(host.sandboxes()).toEqual([]);
    await place.expectNothing();
  });

  test('passes signals on only when it is asked to, to one command at a time, and gives them back', async () => {
    using place = new TestHost();
    await using host = await open(place);
    const heard: string[] = [];
    const listen = () => heard.push('SIGUSR2');
    process.on('SIGUSR2', listen);
    const first = run(host, { network: 'none' }, ['sleep', '600'], { passSignals: true });
    await expect.poll(() => host.sandboxes().map(({ state }) => state)).toEqual(['ready']);
    await expect(run(host, { network: 'none' }, ['true'], { passSignals: true })).rejects.toMatchObject({
      code: 'EBUSY',
    });
    expect(await run(host, { network: 'none' }, ['true'])).toEqual({ status: 0 });
    process.kill(process.pid, 'SIGUSR2');
    expect(await first).toEqual({ status: 140, signal: 'SIGUSR2' });
    expect(heard).toEqual([]);
    process.kill(process.pid, 'SIGUSR2');
    await expect.poll(() => heard).toEqual(['SIGUSR2']);
    process.off('SIGUSR2', listen);
    await place.expectNothing();
  });

  test('does not let the command outlive the worker thread that started it', async () => {
    using place = new TestHost();
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.entry).then(async ({ openHost, run }) => {
        const host = await openHost(workerData.options);
        parentPort.postMessage('open');
        await run(host, { name: 'job', network: 'none' }, ['sh', '-c', 'echo $$ > ' + workerData.file + '; exec sleep 600']);
      });`;
    const file = `${place.runDir}/pid`;
    const options = { netns: place.netns.path, runDir: place.runDir };
    const worker = new Worker(code, { eval: true, workerData: { entry, options, file } });
    const read = () => {
      try {
        return Number(readFileSync(file, 'utf8'));
      } catch {
        return 0;
      }
    };
    await expect.poll(read, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(lives(read())).toBe(true);
    await worker.terminate();
    await expect.poll(() => lives(read())).toBe(false);
    place.netplumb('detach', 'job');
    await place.expectNothing();
  });
});
