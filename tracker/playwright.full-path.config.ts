import { defineConfig } from '@playwright/test';
import base from './playwright.config.js';

/** `npm run full-path`: clicks in the shop, then the numbers on the dashboards. */
export default defineConfig(base, {
  testMatch: 'full-path.ts',
  globalSetup: './e2e/full-path.setup.ts',
  timeout: 600_000,
  use: {
    launchOptions: {
      ...base.use!.launchOptions,
      args: [
        ...base.use!.launchOptions!.args!,
        // The user agent of a headless browser would count as a bot.
        '--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36',
      ],
    },
  },
});
