import { defineConfig } from '@playwright/test';
import base from './playwright.config.js';

/** `npm run screenshots`: takes the documentation's pictures of the shop. */
export default defineConfig(base, { testMatch: 'screenshots.ts' });
