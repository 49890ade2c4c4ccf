// For the JavaScript of other modules, which .ci/lint checks from the repository's folder.
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';

const readonly = (...names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

export default defineConfig(
  js.configs.recommended,
  {
    languageOptions: { globals: readonly('Buffer', 'console', 'fetch', 'process', 'URL') },
  },
  {
    files: ['shiny/www/**'],
    languageOptions: {
      sourceType: 'script',
      globals: readonly(
        '$',
        'bootstrap',
        'document',
        'Plotly',
        'ResizeObserver',
        'Shiny',
        'window',
      ),
    },
  },
  {
    // Functions for page.evaluate run in the browser.
    files: ['shiny/tests/browser/**'],
    languageOptions: {
      globals: readonly('document', 'getComputedStyle', 'performance', 'Shiny', 'window'),
    },
  },
);
