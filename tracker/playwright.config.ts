import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/setup.ts',
  // All tests share one platform and one proxy.
  workers: 1,
  // Bounds for a slow and busy machine: tests wait for events, never for a time.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  retries: 0,
  globalTimeout: 2_400_000,
  reporter: [['list']],
  use: {
    viewport: { width: 1280, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
        '--no-first-run',
      ],
      // Playwright disables the back/forward cache by default; visitors' browsers have it.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    },
  },
});
