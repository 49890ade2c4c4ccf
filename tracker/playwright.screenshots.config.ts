import { defineConfig } from '@playwright/test';
import base from './playwright.config.js';

/** `npm run screenshots`: the pictures of the documentation, of the shop as it is. */
export default defineConfig(base, { testMatch: 'screenshots.ts' });
