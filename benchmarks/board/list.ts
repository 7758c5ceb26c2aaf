/** Which benchmarks there are: every module of benchmarks/ that is not in a folder. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/apart.js';

/** Their names, in alphabetical order: report-NAME, chart-NAME and `--only=NAME` are made of them. */
export function benchmarkNames(): string[] {
  const files = readdirSync(join(root, 'benchmarks')).filter((file) => file.endsWith('.ts'));
  return files.map((file) => file.slice(0, -'.ts'.length)).toSorted();
}
