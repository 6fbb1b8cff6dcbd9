/** Damaged and lying inputs, by the thousand: `HOSTILE_ROUNDS=200 npx vitest run --config tests/hostile/vitest.config.ts`. */
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { CHECKED, withChecks } from './check-indices.ts';

const config: ViteUserConfig = defineConfig({
  plugins: [
    {
      name: 'check-indices',
      enforce: 'pre',
      transform: (code, path) => (CHECKED.test(path) ? { code: withChecks(code, path), map: null } : null),
    },
  ],
  test: {
    setupFiles: ['tests/hostile/install-check.ts'],
    include: ['tests/hostile/**/*.test.ts', 'packages/sklearn/src/estimators/hostile-state.test.ts'],
    env: { CHAMFER_MUTATIONS_EACH: process.env.CHAMFER_MUTATIONS_EACH ?? '40' },
    testTimeout: 3_600_000,
    fileParallelism: false,
  },
});
export default config;
