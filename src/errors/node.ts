import { fromKernel } from './kernel.js';
import { NetplumbError } from './netplumb-error.js';

/** What Node's error says in one word (`ENOENT`); nothing of one that is not Node's. */
export function codeOf(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : undefined;
}

/** What the work returns; nothing when there is no such file (ENOENT). */
export function ifThere<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Node's error as one of ours, about the file that it names, else about `object`; anything else as it is. */
export function fromNode(error: unknown, object: string): unknown {
  const { errno, syscall, path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  // What a link says is its path to Node.
  const file = syscall === 'symlink' ? dest : path;
  return errno === undefined || error instanceof NetplumbError
    ? error
    : fromKernel({ errno, operation: syscall, object: file ?? object, cause: error });
}

/** Runs `work`; what the kernel refuses it is thrown as an error of ours: see `fromNode`. */
export function refusable<Result>(object: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw fromNode(error, object);
  }
}
