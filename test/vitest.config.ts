import { defineConfig } from 'vitest/config';

/** The tests that need a real registry and other tools: see `e2e/setup.ts`. */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['e2e/**/*.test.ts'],
    globalSetup: ['./test/e2e/setup.ts'],
    // Two processors and one disk: side by side, the tests would only wait for one another.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
