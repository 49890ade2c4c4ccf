import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'happy-dom',
    include: ['test/**/*.test.{ts,tsx}'],
    // Threads share a process; processes would start slower.
    isolate: true,
    // Only a test that hangs takes so long.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    pool: 'threads',
  },
});
