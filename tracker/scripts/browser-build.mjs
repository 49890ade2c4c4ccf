// Builds dist/clickstream.js, one file for pages without a bundler.
import { rolldown } from 'rolldown';

const bundle = await rolldown({
  input: 'src/browser.ts',
  transform: { target: 'es2020' },
});
await bundle.write({ file: 'dist/clickstream.js', format: 'iife', minify: true, comments: false });
