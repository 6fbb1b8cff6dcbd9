/** Damaged and lying inputs, by the thousand: `HOSTILE_ROUNDS=200 npx vitest run --config tests/hostile/vitest.config.ts`. */
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['tests/hostile/**/*.test.ts', 'packages/sklearn/src/estimators/hostile-state.test.ts'],
    env: { CHAMFER_MUTATIONS_EACH: '40' },
    testTimeout: 3_600_000,
    fileParallelism: false,
  },
});
export default config;
