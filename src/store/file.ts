import { mkdirSync, realpathSync } from 'node:fs';
import { fromKernel, NetplumbError } from '../errors/index.js';

/** Makes the run directory if need be, and returns its path without symbolic links. Throws the kernel's refusal. */
export function prepareDirectory(runDir: string): string {
  return refusable(runDir, () => {
    mkdirSync(runDir, { recursive: true, mode: 0o700 });
    return realpathSync(runDir);
  });
}

/** Runs `work`; what the kernel refuses it is thrown as an error of ours, about `object`. */
export function refusable<Result>(object: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw refusal(object, error);
  }
}

/** Node's error as one of ours; anything else as it is. */
function refusal(object: string, error: unknown): unknown {
  const { errno, syscall } = error as NodeJS.ErrnoException;
  return errno === undefined || error instanceof NetplumbError
    ? error
    : fromKernel({ errno, operation: syscall, object, cause: error });
}
