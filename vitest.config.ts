import { defineConfig } from 'vitest/config';

// On a laptop a project may still be empty; in CI an empty project means that a test was lost.
const passWithNoTests = process.env.CI !== 'true';

export default defineConfig({
  test: {
    passWithNoTests,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          // One kernel: tests that count what is left behind must not meet each other.
          fileParallelism: false,
          // The addon's namespaces and signals belong to a process, not to a worker thread.
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
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
