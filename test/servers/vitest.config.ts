import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** The tests on real servers, which each of them starts for itself. */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['**/*.test.ts'],
    // Half of the time is waiting for servers, so two files at once are done sooner also on two processors,
    // where one worker is the default.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
