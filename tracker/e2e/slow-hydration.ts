import type { Page } from '@playwright/test';

/**
 * Lets each task of React's scheduler begin late, as on a busy machine. Clicks are handled at once,
 * so that a quick visitor is ahead of what hydrates in the background.
 */
export async function slowHydration(page: Page, milliseconds: number): Promise<void> {
  await page.addInitScript((delay) => {
    const post = MessagePort.prototype.postMessage;
    MessagePort.prototype.postMessage = function (this: MessagePort, ...message: unknown[]) {
      setTimeout(() => post.apply(this, message as [unknown]), delay);
    };
  }, milliseconds);
}
