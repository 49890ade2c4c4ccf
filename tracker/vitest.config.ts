import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'happy-dom',
    include: ['test/**/*.test.{ts,tsx}'],
    // One process after another would start a DOM for each file.
    isolate: true,
    pool: 'threads',
  },
});
