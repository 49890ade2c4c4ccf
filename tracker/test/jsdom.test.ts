// @vitest-environment jsdom
// @vitest-environment-options { "url": "https://shop.example/" }
// jsdom retargets events at shadow roots as browsers do, and its storage has a symbol among its keys.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ClickstreamEvent, Tracker } from '../src/types.js';

const sent: ClickstreamEvent[] = [];
let tracker: Tracker;

beforeEach(async () => {
  vi.resetModules();
  sent.length = 0;
  localStorage.clear();
  vi.spyOn(console, 'error');
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    sent.push(JSON.parse(init.body as string) as ClickstreamEvent);
    return new Response(null, { status: 200 });
  });
  const { createTracker } = await import('../src/tracker.js');
  tracker = createTracker({ endpoint: 'https://collector.example/clickstream' });
});
afterEach(() => {
  tracker.setConsent('denied');
  expect(console.error).not.toHaveBeenCalled();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Clicks on an element and waits for the events. */
async function click(element: Element): Promise<ClickstreamEvent[]> {
  element.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
  await tracker.flush();
  return sent;
}

function shadow(host: string, html: string): ShadowRoot {
  document.body.innerHTML = host;
  const root = document.querySelector('shop-card')!.attachShadow({ mode: 'open' });
  root.innerHTML = html;
  return root;
}

it('events are sent, and leave the queue', async () => {
  tracker.trackPageView();
  await tracker.flush();
  expect(sent.map((event) => event.eventName)).toEqual(['page_view']);
  expect(Object.keys(localStorage)).toEqual(['clickstream.client']);
});

it('a denial erases ids and queue', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  tracker.trackPageView();
  await tracker.flush();
  expect(Object.keys(localStorage)).toHaveLength(2);
  tracker.setConsent('denied');
  expect(Object.keys(localStorage)).toEqual([]);
});

it('a click in an open shadow root reports the button inside', async () => {
  const root = shadow('<shop-card id="host"></shop-card>', '<button id="more">More</button>');
  expect(await click(root.querySelector('#more')!)).toMatchObject([
    { element: { tag: 'BUTTON', id: 'more', text: 'More' } },
  ]);
});

it('a click in an open shadow root is suppressed by the mark inside', async () => {
  const root = shadow(
    '<shop-card id="host"></shop-card>',
    '<button class="global-clickstream-ignore-click">Add</button>',
  );
  expect(await click(root.querySelector('button')!)).toEqual([]);
});

it('a click on the content of a component reports its button, with the content as its text', async () => {
  shadow('<shop-card><b>Buy</b></shop-card>', '<button id="own"><slot></slot> now</button>');
  expect(await click(document.querySelector('b')!)).toMatchObject([
    { element: { tag: 'BUTTON', id: 'own', text: 'Buy now' } },
  ]);
});

it('private content of a component is not read, wherever data-private stands', async () => {
  shadow('<shop-card><b>secret</b></shop-card>', '<p data-private><slot></slot></p>');
  await click(document.querySelector('b')!);
  const root = shadow(
    '<p data-private><shop-card></shop-card></p>',
    '<a data-x="secret">secret</a>',
  );
  await click(root.querySelector('a')!);
  expect(sent.map((event) => event.element!.tag)).toEqual(['B', 'A']);
  expect(JSON.stringify(sent)).not.toContain('secret');
});
