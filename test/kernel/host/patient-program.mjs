import { openHost } from 'netplumb';

/** @typedef {<Result>(step: string, work: Promise<Result>) => Promise<Result | undefined>} Attempt */

/**
 * What a program does that waits for a word before it begins, so that strace can be told to kill it, or to have the kernel refuse
 * it something, at any system call from then on. Opens a host, does the work and closes it. Prints `ready`, then as JSON which step failed and how.
 *
 * @param {string} options The host's, as JSON.
 * @param {(host: import('../../../dist/index.js').Host, attempt: Attempt) => Promise<void>} work
 */
export async function performPatiently(options, work) {
  process.stdout.write('ready\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  process.stdin.pause();

  /** @type {{ step: string, error: unknown }[]} */
  const failures = [];

  /** @type {Attempt} */
  const attempt = async (step, working) => {
    try {
      return await working;
    } catch (error) {
      failures.push({ step, error });
      return undefined;
    }
  };

  const host = await attempt('open', openHost(JSON.parse(options)));
  if (host) {
    await work(host, attempt);
    await attempt('close', host.close());
  }
  process.stdout.write(JSON.stringify(failures));
}
