/** Every model that scikit-learn recorded, of every version; the fast tests take those of the newest and one a class. */
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['tests/recorded/**/*.test.ts', 'packages/sklearn/src/estimators/recorded.test.ts'],
    env: { CHAMFER_RECORDED: 'all' },
    testTimeout: 120_000,
    isolate: false,
    maxWorkers: '100%',
  },
});
export default config;
