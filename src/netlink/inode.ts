import { rejectionToError } from './failure.js';
import { native } from './native.js';

/**
 * The inode that a path leads to; undefined where there is no file. Node's statSync takes several times as long. Throws the kernel's
 * refusals.
 */
export function inodeOf(path: string): number | undefined {
  try {
    return native().inodeOf(path);
  } catch (error) {
    throw rejectionToError(error);
  }
}
