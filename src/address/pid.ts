import { newError } from '../errors/index.js';
import { parseWhole } from './whole-number.js';

/** PID_MAX_LIMIT on 64-bit machines (include/linux/threads.h). */
const max = 4_194_304;

/** Reads a process id: 1 to 4194304. Throws EBADPID. Whether there is such a process is not looked at. */
export function parsePid(value: string | number): number {
  const pid = parseWhole(value, 1, max);
  if (pid === undefined) {
    throw newError('EBADPID', { value });
  }
  return pid;
}
