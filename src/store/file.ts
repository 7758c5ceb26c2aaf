import { mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fromKernel, NetplumbError } from '../errors/index.js';

/** Makes the run directory if need be, and returns its path without symbolic links. Throws the kernel's refusal. */
export function prepareDirectory(runDir: string): string {
  return refusable(runDir, () => {
    mkdirSync(runDir, { recursive: true, mode: 0o700 });
    return realpathSync(runDir);
  });
}

/** The path that `prepareDirectory` returns, without making anything. Throws the kernel's refusal. */
export function placeOf(runDir: string): string {
  return refusable(runDir, () => realPath(resolve(runDir)));
}

/** As far as there is such a file; the rest will be as it is written. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return join(realPath(dirname(path)), basename(path));
    }
    throw error;
  }
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
