/** The fast tests: units beside their files, and the tests that hold the whole repository to its rules. */
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Of those the ones that start processes and threads and wait for their limits: `npm run test:loop` takes them. */
export const REAL_PROCESSES: readonly string[] = [
  'apps/cli/src/commands/catalogue-build.test.ts',
  'apps/cli/src/commands/describe.test.ts',
  'apps/site/src/main.test.ts',
  'apps/site/src/workers/worker-pool.test.ts',
];

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.{ts,tsx}', 'tests/*.test.ts'],
    exclude: ['**/node_modules/**', ...REAL_PROCESSES],
    testTimeout: 20_000,
    // No test leaves anything behind in its module, so files can share a worker: half the time.
    isolate: false,
    // By default one processor is left over; two tests at a time is half the time on two.
    maxWorkers: '100%',
  },
});
export default config;
