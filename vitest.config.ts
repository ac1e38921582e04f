import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'gen/**'],
    globalSetup: ['runtime/testing/global-setup.ts'],
    setupFiles: ['runtime/testing/prepare-worker.ts'],
    // Vitest would leave a core of two free, but these tests wait for servers more than they compute.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
