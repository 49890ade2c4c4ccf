// dist/clickstream.js: one file for pages without a bundler.
import { build } from 'esbuild';

await build({
  entryPoints: ['src/browser.ts'],
  outfile: 'dist/clickstream.js',
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2020'],
  legalComments: 'none',
  // Or the project's options would add "use strict".
  tsconfigRaw: '{}',
});
