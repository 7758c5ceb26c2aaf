import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeptReport } from './page.js';

/** The reports that are kept in a directory (docs/charts), by name. */
export function readKept(directory: string): KeptReport[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.json'));
  return files.toSorted().map((file) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as KeptReport);
}
