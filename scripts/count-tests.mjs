// Adds up the JUnit reports (vitest's and ctest's) of a directory into one line: "12 passed, 0 failed, 1 skipped".
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = process.argv[2] ?? '.';
const sum = { tests: 0, failures: 0, errors: 0, skipped: 0 };

for (const file of readdirSync(directory)) {
  for (const [suite] of readFileSync(join(directory, file), 'utf8').matchAll(/^\s*<testsuite\b[^>]*>/gm)) {
    for (const [, name = '', count] of suite.matchAll(/\b(\w+)="(\d+)"/g)) {
      if (name in sum) {
        sum[/** @type {keyof typeof sum} */ (name)] += Number(count);
      }
    }
  }
}

const failed = sum.failures + sum.errors;
console.log(`${sum.tests - failed - sum.skipped} passed, ${failed} failed, ${sum.skipped} skipped`);
