import { defineConfig } from 'vitest/config';

/** The tests on real servers, which each of them starts for itself. */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
