/** The image, built and deployed for real in engines of the tests' own: minutes, not seconds, and one after another. */
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['tests/deployment/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 600_000,
    bail: 1,
  },
});
export default config;
