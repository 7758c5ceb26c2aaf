import { rejectionToError } from './failure.js';
import { native } from './native.js';

/**
 * The inode that a path leads to; undefined where there is no file. Node's statSync takes several times as long. Throws the kernel's
 * refusals.
 */
export function inodeOf(path: string): number | undefined {
  return explained(path, () => native().inodeOf(path));
}

/**
 * The first bytes of the open file at `path` as they are at each moment, for as long as somebody has the buffer. Whoever writes to it
 * dies of that (SIGSEGV). Throws the kernel's refusals.
 */
export function viewFile(path: string, descriptor: number, size: number): ArrayBuffer {
  return explained(path, () => native().viewFile(descriptor, size));
}

/**
 * Takes room for bytes `start` to before `end` of the open file at `path`, which does not become longer; false where that cannot be done
 * in advance. Throws the kernel's refusals.
 */
export function reserveFile(path: string, descriptor: number, start: number, end: number): boolean {
  return explained(path, () => native().reserveFile(descriptor, start, end));
}

function explained<Result>(object: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw rejectionToError(error, { object });
  }
}
