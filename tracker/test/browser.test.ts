import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ENDPOINT, Page, pass, queuedKeys } from './page.js';

const page = new Page();

/** Loads the script of a page without a bundler. */
async function script(attributes: string, before?: () => void): Promise<void> {
  document.body.innerHTML = `<script type="x" ${attributes}></script>`;
  before?.();
  vi.resetModules();
  await import('../src/browser.js');
  await pass();
}

/** As the README has it. */
function stub(): void {
  window.clickstream = function (...call: never[]) {
    (clickstream!.q = clickstream!.q || []).push(call as never);
  } as never;
}

type Call = (method: string, ...args: unknown[]) => unknown;

beforeEach(() => {
  window.clickstream = undefined;
});

describe('the script', () => {
  it('sends a page view and takes calls', async () => {
    await script(`data-endpoint="${ENDPOINT}"`);
    (clickstream as Call)('trackCustom', 'a', { n: 1 });
    clickstream!.trackCustom!('b');
    (clickstream as Call)('noSuchMethod');
    await pass();
    expect(page.server.names()).toEqual(['page_view', 'a', 'b']);
    expect(page.server.stored[1]).toMatchObject({ n: 1 });
  });

  it('runs the calls made before it loaded, in their order', async () => {
    await script(`data-endpoint="${ENDPOINT}"`, () => {
      stub();
      (clickstream as Call)('setUser', 'u-1');
      (clickstream as Call)('trackCustom', 'product_view', { product: { id: '1' } });
    });
    expect(page.server.names()).toEqual(['product_view']);
    expect(page.server.stored[0]).toMatchObject({ userId: 'u-1', product: { id: '1' } });
  });

  it('reads options from its attributes and from the stub', async () => {
    await script(
      `data-endpoint="${ENDPOINT}" data-batch-size="2" data-flush-interval-ms="60" data-clicks="false" data-view="false" data-debug="true"`,
      () => {
        stub();
        clickstream!.options = { beforeSend: (event) => ({ ...event, extra: true }) };
      },
    );
    document.body.click();
    (clickstream as Call)('trackCustom', 'a');
    await pass(59);
    expect(page.server.requests).toEqual([]);
    await pass(1);
    expect(page.server.names()).toEqual(['a']);
    expect(page.server.stored[0]).toMatchObject({ extra: true });
    expect(console.log).toHaveBeenCalledOnce();
  });

  it('respects consent', async () => {
    await script(`data-endpoint="${ENDPOINT}" data-consent="pending"`);
    await pass(1_000);
    expect(page.server.requests).toEqual([]);
    expect(queuedKeys()).toEqual([]);
    (clickstream as Call)('setConsent', 'granted');
    await pass();
    expect(page.server.names()).toEqual(['page_view']);
  });

  it('waits for the rest of the page, which may send its own view', async () => {
    Object.defineProperty(document, 'readyState', { value: 'loading', configurable: true });
    await script(`data-endpoint="${ENDPOINT}"`);
    expect(page.server.requests).toEqual([]);
    document.title = 'Read later';
    document.dispatchEvent(new Event('DOMContentLoaded', { bubbles: true }));
    await pass();
    expect(page.server.stored).toMatchObject([{ eventName: 'page_view', pageTitle: 'Read later' }]);

    window.clickstream = undefined;
    await script(`data-endpoint="${ENDPOINT}"`);
    (clickstream as Call)('trackCustom', 'home_view');
    document.dispatchEvent(new Event('DOMContentLoaded', { bubbles: true }));
    await pass();
    expect(page.server.names()).toEqual(['page_view', 'home_view']);
    Object.defineProperty(document, 'readyState', { value: 'complete', configurable: true });
  });

  it('starts one tracker when it is included twice', async () => {
    await script(`data-endpoint="${ENDPOINT}"`);
    vi.resetModules();
    await import('../src/browser.js');
    await pass();
    expect(page.server.names()).toEqual(['page_view']);
  });
});
