import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { NetplumbError, newError } from '../errors/index.js';
import type { Program } from './command.js';

const { ENOENT, ENOEXEC } = constants.errno;

/**
 * Why a program could not be started: ENOCOMMAND if there is none, ENOTEXECUTABLE if the kernel refused to execute it.
 * Anything else is not about the program and is returned as it is.
 */
export function explainStart(error: unknown, { candidates, arguments: [command = ''] }: Program): unknown {
  if (!(error instanceof NetplumbError && error.operation === 'execve')) {
    return error;
  }
  const details = { cause: error };
  if (error.errno !== ENOENT) {
    return newError('ENOTEXECUTABLE', { command, reason: reasonOf(error.errno ?? 0) }, details);
  }
  if (candidates.some((candidate) => existsSync(candidate))) {
    return newError('ENOTEXECUTABLE', { command, reason: 'the interpreter that it names was not found' }, details);
  }
  return newError('ENOCOMMAND', { command }, details);
}

function reasonOf(errno: number): string {
  // One that libuv has no words for.
  return errno === ENOEXEC ? 'it is not a program' : (getSystemErrorMap().get(-errno)?.[1] ?? `error ${errno}`);
}
