import { defineConfig } from 'vitest/config';

/** What Node alone can run. The tests that need a registry and other tools: `test/vitest.config.ts`. */
export default defineConfig({
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'conformance/test/**/*.test.ts',
      'test/doubles/test/**/*.test.ts',
      'test/requests/**/*.test.ts',
    ],
    // Packages under test are loaded as Node loads them, from what was built.
    server: { deps: { external: [/\/dist\//] } },
    // oclif's test helper captures the console by itself.
    disableConsoleIntercept: true,
    // By default one processor is left idle, which of two is half.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { include: ['packages/*/dist/**', 'conformance/dist/**'] },
  },
});
