import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'happy-dom',
    include: ['test/**/*.test.{ts,tsx}'],
    // Threads share a process; processes would start slower.
    isolate: true,
    pool: 'threads',
  },
});
