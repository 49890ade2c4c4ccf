import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/setup.ts',
  // One platform, one network to spoil.
  workers: 1,
  timeout: 45_000,
  // A real browser, a real network and a real server have their bad moments; a test that needs another try is told as flaky.
  retries: 0,
  globalTimeout: 600_000,
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
      // Playwright switches it off, people don't.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    },
  },
});
