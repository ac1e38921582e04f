import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    globalSetup: ['tests/global-setup.ts'],
    setupFiles: ['runtime/testing/prepare-worker.ts'],
    // Vitest would leave a core of two free.
    maxWorkers: 2,
    // With both cores busy, the collector's own threads cost more than they save: 7 % of the time of tests with a database.
    execArgv: ['--single-threaded-gc'],
    // Most of the time would go to importing the same modules anew for each file. So no module keeps state between calls.
    isolate: false,
    // Far more than any test takes: the machine may be a slow one, or a busy one.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
