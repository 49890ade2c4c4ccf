// @vitest-environment node
import { expect, it, vi } from 'vitest';
import { addToCartClick, createTracker } from '../src/index.js';

it('does nothing on a server', async () => {
  const fetching = vi.spyOn(globalThis, 'fetch');
  const tracker = createTracker({ endpoint: 'https://collector.example/clickstream' });
  tracker.trackPageView();
  tracker.setUser('u');
  tracker.setConsent('denied');
  tracker.trackCustom('a', {});
  addToCartClick(tracker, { id: '1' });
  expect(tracker.page()).toBeUndefined();
  expect(tracker.viewed()).toBeFalsy();
  await tracker.flush();
  expect(fetching).not.toHaveBeenCalled();
});
