/** Real processes, the whole way round: slower than the tests of `npm test`. Run: npx vitest run --config tests/loop/vitest.config.ts */
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { REAL_PROCESSES } from '../../vitest.config.ts';

const config: ViteUserConfig = defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['tests/loop/*.test.ts', ...REAL_PROCESSES],
    testTimeout: 120_000,
    fileParallelism: false,
  },
});
export default config;
