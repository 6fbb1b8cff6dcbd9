/** The fast tests: units beside their files, and the tests that hold the whole repository to its rules. */
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.{ts,tsx}', 'tests/*.test.ts'],
    testTimeout: 20_000,
    // No test leaves anything behind in its module, so files can share a worker: half the time.
    isolate: false,
    // By default one processor is left over; two tests at a time is half the time on two.
    maxWorkers: '100%',
  },
});
export default config;
