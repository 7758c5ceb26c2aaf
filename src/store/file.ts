import { mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ifThere, refusable } from '../errors/index.js';

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
  return ifThere(() => realpathSync(path)) ?? join(realPath(dirname(path)), basename(path));
}
