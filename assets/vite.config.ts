/**
 * How the browser files are built: one script and one style sheet, with hashed names under `/static/`.
 *
 * The server finds them through `dist/.vite/manifest.json` (keys `src/main.ts`, `css/main.css`, `icons.svg`).
 */
import { resolve } from 'node:path';

import { defineConfig } from 'vite';

import { compressed } from './build/compressed.ts';
import { iconSprite } from './build/icon-sprite.ts';

const here = import.meta.dirname;

export default defineConfig({
  base: '/static/',
  publicDir: false,
  css: { transformer: 'lightningcss' },
  plugins: [iconSprite({ list: resolve(here, 'icons.txt'), templates: resolve(here, '../templates') }), compressed()],
  build: {
    outDir: 'dist',
    assetsDir: '',
    manifest: true,
    emptyOutDir: true,
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    // A font or picture inside a `data:` URL would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { input: [resolve(here, 'src/main.ts'), resolve(here, 'css/main.css')] },
  },
  worker: { format: 'es' },
  test: { include: ['src/**/*.test.ts', 'build/**/*.test.ts'] },
} as Parameters<typeof defineConfig>[0]);
