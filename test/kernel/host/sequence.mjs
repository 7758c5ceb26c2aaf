/**
 * A program that does all there is to do and waits for a word before it begins, so that strace can be told to kill it, or
 * to have the kernel refuse it something, at any system call from then on. It runs what is packed (dist/): fewer calls of
 * others' in between. Arguments: the host's options as JSON, a namespace's file. Prints `ready`, then as JSON which step
 * failed and how.
 */
import { openHost } from '../../../dist/index.js';

const [options = '', netns = ''] = process.argv.slice(2);
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
process.stdin.pause();

/** @type {{ step: string, error: unknown }[]} */
const failures = [];

/**
 * @template Result
 * @param {string} step
 * @param {Promise<Result>} work
 */
async function attempt(step, work) {
  try {
    return await work;
  } catch (error) {
    failures.push({ step, error });
    return undefined;
  }
}

const host = await attempt('open', openHost(JSON.parse(options)));
if (host) {
  await attempt('attach', host.attach({ create: true, name: 'created' }));
  await attempt('attach', host.attach({ netns, name: 'found' }));
  await attempt('detach', host.detach('created'));
  await attempt('detach', host.detach('found'));
  await attempt('close', host.close());
}
process.stdout.write(JSON.stringify(failures));
