import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { apart, LongestFirst } from './test/support/apart.js';

// On a laptop a project may still be empty; in CI an empty project means that a test was lost.
const passWithNoTests = process.env.CI !== 'true';

export default defineConfig({
  test: {
    passWithNoTests,
    // By itself it leaves one processor to others: half of a small machine.
    maxWorkers: availableParallelism(),
    // Limits are for what hangs, wherever they stand: a slow machine is no failure.
    expect: { poll: { timeout: 10_000 } },
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      {
        extends: true,
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          // Tests that count what is left behind must not meet each other; nor must the addon's namespaces and signals, which
          // belong to a process.
          pool: apart,
          // Much of the time they wait for the kernel: for grace periods, for links to go.
          maxWorkers: 2 * availableParallelism(),
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'packaging',
          include: ['test/packaging/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
