/** Builds the two pages into `dist`: hashed files under `assets/`, nothing inline, nothing from elsewhere. */
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type UserConfig, type UserConfigFn } from 'vite';

/** Where `vite` in development finds a site's API. */
const SITE_URL_DEFAULT = 'http://127.0.0.1:8000';

/** Nothing is drawn before the scripts have run, so that a chosen colour scheme never flashes the other one. */
const holdFirstPaint: Plugin = {
  name: 'hold-first-paint',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
};

const config: UserConfigFn = defineConfig(({ command }): UserConfig => {
  const site = process.env.CHAMFER_URL ?? SITE_URL_DEFAULT;
  return {
    plugins: [react(), ...(command === 'build' ? [holdFirstPaint] : [])],
    build: {
      target: 'es2022',
      // Inlined files would be data: addresses, which the content security policy refuses for scripts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: { home: 'index.html', docs: 'docs/index.html' },
      },
    },
    worker: { format: 'es' },
    server: {
      proxy: Object.fromEntries(
        ['/api', '/health', '/predict', '/openapi.json', '/v2'].map((path) => [path, { target: site }]),
      ),
    },
  };
});

export default config;
