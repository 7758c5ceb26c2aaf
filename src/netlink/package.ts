import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** The directory of the package itself, by its own name: also for those who run its sources. */
export function packageRoot(): string {
  return dirname(createRequire(import.meta.url).resolve('netplumb/package.json'));
}
