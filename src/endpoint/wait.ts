import { newError } from '../errors/index.js';
import type { SandboxRecord } from '../store/index.js';

/** How long to wait for someone else who works on the sandbox, and how often to look; milliseconds. */
export const longestWait = 5000;
/** The same for somebody who removes it, perhaps with thousands of others; milliseconds. */
export const longestRemoval = 60_000;
export const interval = 5;

/** What is said when that was not long enough. */
export function inUse({ name, state }: SandboxRecord): Error {
  const words = { pending: 'attaching', pooled: 'taking', changing: 'changing', leaving: 'removing', ready: 'using' };
  const work = words[state];
  return newError('EINUSE', { sandbox: name, user: `the process that is ${work} it` });
}
