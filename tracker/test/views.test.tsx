import {
  PathnameContext,
  SearchParamsContext,
} from 'next/dist/shared/lib/hooks-client-context.shared-runtime.js';
import { act, StrictMode, useEffect, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { categoryView, homeView, productView } from '../src/events.js';
import { ClickstreamProvider as PagesProvider } from '../src/pages-router.js';
import {
  ClickstreamProvider,
  useTracker,
  useView,
  type ClickstreamProviderProps,
} from '../src/react.js';
import type { Tracker } from '../src/types.js';
import { Views } from '../src/views.js';
import { go, Page, pass } from './page.js';

const page = new Page();
let tracker: Tracker;
let root: Root;

beforeEach(async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  root = createRoot(document.body.appendChild(document.createElement('div')));
  tracker = await page.load();
});
afterEach(() => act(async () => root.unmount()));

function Home() {
  useView(homeView);
  return 'home';
}

function Category({ slug }: { readonly slug: string }) {
  useView((sink) => categoryView(sink, { slug }), [slug]);
  return slug;
}

function Product({ id }: { readonly id: string }) {
  useView((sink) => productView(sink, { id }), [id]);
  return id;
}

function Plain() {
  return 'plain';
}

/** Shows a page at an address, in StrictMode: each effect runs twice. */
async function show(
  path: string,
  content: ReactNode,
  options: Partial<ClickstreamProviderProps> = {},
): Promise<void> {
  go(path);
  const { pathname, searchParams } = new URL(path, 'https://shop.example');
  await act(async () =>
    root.render(
      <StrictMode>
        <PathnameContext.Provider value={pathname}>
          <SearchParamsContext.Provider value={searchParams}>
            <ClickstreamProvider tracker={tracker} {...options}>
              {content}
            </ClickstreamProvider>
          </SearchParamsContext.Provider>
        </PathnameContext.Provider>
      </StrictMode>,
    ),
  );
}

/** Returns the names and paths of the events that the server has received. */
async function views(wait = 1_000): Promise<string[]> {
  await pass(wait);
  return page.server.stored.map(
    (event) => `${event.eventName} ${event.pageUrl.replace('https://shop.example', '')}`,
  );
}

describe('a navigation', () => {
  it('has exactly one view: the page’s own, or page_view', async () => {
    await show('/', <Home />);
    await show('/category/gpu', <Category slug="gpu" />);
    await show('/product/1', <Product id="1" />);
    await show('/product/2', <Product id="2" />);
    await show('/cart', <Plain />);
    await show('/', <Home />);
    expect(await views()).toEqual([
      'home_view /',
      'category_view /category/gpu',
      'product_view /product/1',
      'product_view /product/2',
      'page_view /cart',
      'home_view /',
    ]);
    expect(page.server.stored.map((event) => (event.product as { id?: string })?.id)).toEqual([
      undefined,
      undefined,
      '1',
      '2',
      undefined,
      undefined,
    ]);
  });

  it('to another query has the view of the page that stays mounted', async () => {
    await show('/category/gpu', <Category slug="gpu" />);
    await show('/category/gpu?sort=price', <Category slug="gpu" />);
    await show('/search?q=a', <Plain />);
    await show('/search?q=b', <Plain />);
    expect(await views()).toEqual([
      'category_view /category/gpu',
      'category_view /category/gpu?sort=price',
      'page_view /search?q=a',
      'page_view /search?q=b',
    ]);
  });

  it('to another query has the view of what the page shows then', async () => {
    await show('/product?id=1', <Product id="1" />);
    await pass();
    await show('/product?id=2', <Product id="2" />);
    await views();
    expect(page.server.stored.map((event) => event.product)).toEqual([{ id: '1' }, { id: '2' }]);
  });

  it('to another value of a filter is none', async () => {
    const options = { filterParameters: ['q', 'sort'] };
    for (const query of ['', '?q=r', '?q=rtx', '?q=rtx&sort=price', '?page=2&q=rtx', '?page=2']) {
      await show('/category/gpu' + query, <Category slug="gpu" />, options);
      await pass(80);
    }
    expect(await views()).toEqual([
      'category_view /category/gpu',
      'category_view /category/gpu?page=2&q=rtx',
    ]);
  });

  it.each([
    ['a page_view', <Plain key="1" />],
    ['a named view', <Category key="2" slug="gpu" />],
  ])('has %s with the title of its own page, also if that comes late', async (_, content) => {
    document.title = 'A';
    await show('/a', content);
    await pass(2_000);
    await show('/b', content);
    document.title = 'B';
    await views();
    expect(page.server.stored.map(({ pageUrl, pageTitle }) => [pageUrl, pageTitle])).toEqual([
      ['https://shop.example/a', 'A'],
      ['https://shop.example/b', 'B'],
    ]);
  });

  it('has the title that an effect of its page sets', async () => {
    function Titled({ title }: { readonly title: string }) {
      useView((sink) => productView(sink, { id: title }), [title]);
      useEffect(() => {
        document.title = title;
      }, [title]);
      return null;
    }
    await show('/a', <Titled title="A" />);
    await show('/b', <Titled title="B" />);
    await views();
    expect(page.server.stored.map((event) => event.pageTitle)).toEqual(['A', 'B']);
  });

  it('has no further view when the page renders again', async () => {
    await show('/', <Home key="1" />);
    await show('/', <Home key="2" />);
    await show('/cart', <Plain key="3" />);
    await views();
    await show('/cart', <Plain key="4" />);
    expect(await views()).toEqual(['home_view /', 'page_view /cart']);
  });

  it('waits for a page whose content streams in, and keeps its own time', async () => {
    await show('/product/1', <Plain />);
    await pass(800);
    await show('/product/1', <Product id="1" />);
    expect(await views()).toEqual(['product_view /product/1']);
    expect(page.server.stored[0]!.clientTimestamp).toBe('2026-11-23T08:00:00.000Z');
  });

  it('has a page_view and the page’s view if that is named too late', async () => {
    await show('/product/1', <Plain />);
    await pass(1_001);
    await show('/product/1', <Product id="1" />);
    expect(await views()).toEqual(['page_view /product/1', 'product_view /product/1']);
  });

  it('sends the pending view of the page before it', async () => {
    await show('/cart', <Plain />);
    await pass(100);
    await show('/checkout', <Plain />);
    await pass(100);
    await show('/cart', <Plain />);
    expect(await views()).toEqual(['page_view /cart', 'page_view /checkout', 'page_view /cart']);
    expect(page.server.stored.map((event) => event.referrer)).toEqual([
      'https://shop.example/',
      'https://shop.example/cart',
      'https://shop.example/checkout',
    ]);
  });

  it('carries the user at its own time', async () => {
    await show('/login', <Plain />);
    tracker.setUser('u-1');
    await show('/', <Home />);
    await views();
    expect(page.server.stored.map((event) => event.userId)).toEqual([null, 'u-1']);
  });

  it('is dated before the events of the page’s effects', async () => {
    function Checkout() {
      const own = useTracker();
      useEffect(() => {
        vi.setSystemTime(Date.now() + 5);
        own.trackCustom('checkout_start');
      }, [own]);
      return null;
    }
    await show('/checkout', <Checkout />);
    await pass(1_000);
    const [start, , view] = page.server.stored;
    expect([start!.eventName, view!.eventName]).toEqual(['checkout_start', 'page_view']);
    expect(view!.clientTimestamp < start!.clientTimestamp).toBe(true);
  });

  it('does not take the view of a page that stays mounted behind it', async () => {
    await show('/category/gpu', <Category slug="gpu" />);
    // An intercepted route is shown over the page, which stays mounted.
    await show('/login', <Category slug="gpu" />);
    expect(await views()).toEqual(['category_view /category/gpu', 'page_view /login']);
  });

  it('has the view that the page has sent itself', async () => {
    function SendsItsView() {
      const own = useTracker();
      useEffect(() => {
        if (!own.viewed()) {
          productView(own, { id: '9' });
        }
      }, [own]);
      return null;
    }
    await show('/product/9', <SendsItsView />);
    await show('/cart', <Plain />);
    expect(await views()).toEqual(['product_view /product/9', 'page_view /cart']);
  });

  it.each(['pagehide', 'visibilitychange'])('sends its pending view at %s', async (type) => {
    await show('/cart', <Plain />);
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    dispatchEvent(new Event(type));
    expect(await views(0)).toEqual(['page_view /cart']);
    Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
  });
});

describe('before React has hydrated the provider', () => {
  let provider: Views;

  beforeEach(() => (provider = new Views(tracker, {})));
  afterEach(() => provider.listen()());

  /** The router shows an address, as it does when a page is committed. */
  function route(path: string, title = 'Shop', method: 'pushState' | 'replaceState' = 'pushState') {
    history[method]({ __NA: true }, '', path);
    document.title = title;
  }

  it('each address that the router shows is a navigation with one view', async () => {
    const leave = provider.describe(() => homeView);
    route('/', 'Shop', 'replaceState');
    leave();
    await pass(10);
    route('/login', 'Sign in');
    await pass(10);
    tracker.setUser('u-1');
    route('/', 'Shop');
    provider.describe(() => homeView);
    await pass(10);
    // The provider's Suspense boundary hydrates last.
    provider.shown();
    expect(await views()).toEqual(['home_view /', 'page_view /login', 'home_view /']);
    const { stored } = page.server;
    const [home, login, again] = stored.sort((a, b) =>
      a.clientTimestamp.localeCompare(b.clientTimestamp),
    );
    expect([home, login, again].map((event) => [event!.pageTitle, event!.userId])).toEqual([
      ['Shop', null],
      ['Sign in', null],
      ['Shop', 'u-1'],
    ]);
    expect(again!.referrer).toBe('https://shop.example/login');
  });

  it('a redirect has a view of both addresses, and going back has one of the page before', async () => {
    await pass(1_000);
    route('/account');
    route('/login', 'Sign in', 'replaceState');
    await pass(1_000);
    go('/');
    route('/', 'Shop', 'replaceState');
    expect(await views()).toEqual([
      'page_view /',
      'page_view /account',
      'page_view /login',
      'page_view /',
    ]);
  });

  it('another hash, or an address that the router has not set, is not a navigation', async () => {
    provider.shown();
    route('/#reviews');
    await pass(10);
    history.replaceState(null, '', '/?campaign=removed');
    expect(await views()).toEqual(['page_view /']);
  });

  it.each(['pagehide', 'visibilitychange'])('the loaded page has its view at %s', async (type) => {
    await pass(5_000);
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    dispatchEvent(new Event(type));
    expect(await views(0)).toEqual(['page_view /']);
    Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
    expect(page.server.stored[0]!.clientTimestamp).toBe('2026-11-23T08:00:00.000Z');
  });

  it('the time to name a view begins when the router has shown the page', async () => {
    await pass(5_000);
    provider.describe(() => homeView);
    provider.shown();
    expect(await views()).toEqual(['home_view /']);
    expect(page.server.stored[0]!.clientTimestamp).toBe('2026-11-23T08:00:00.000Z');
  });
});

describe('a page of the Pages Router', () => {
  /** Shows a page: the router writes the history first, then renders `_app`. */
  async function open(
    path: string,
    content: ReactNode,
    method: 'pushState' | 'replaceState' = 'pushState',
  ): Promise<void> {
    history[method]({ __N: true, url: path, as: path, options: {} }, '', path);
    await pass(100);
    await act(async () =>
      root.render(
        <StrictMode>
          <PagesProvider tracker={tracker}>{content}</PagesProvider>
        </StrictMode>,
      ),
    );
  }

  it('has exactly one view', async () => {
    await open('/', <Home />, 'replaceState');
    await open('/category/gpu', <Category slug="gpu" />);
    await open('/product/1', <Product id="1" />);
    await open('/product/1#reviews', <Product id="1" />);
    await open('/cart', <Plain />);
    go('/product/1');
    await open('/product/1', <Product id="1" />, 'replaceState');
    expect(await views()).toEqual([
      'home_view /',
      'category_view /category/gpu',
      'product_view /product/1',
      'page_view /cart',
      'product_view /product/1',
    ]);
    const { stored } = page.server;
    expect(stored.slice(1).map((event) => event.referrer)).toEqual(
      ['/', '/category/gpu', '/product/1', '/cart'].map((path) => 'https://shop.example' + path),
    );
  });

  it('that stays mounted has the view of what it shows then', async () => {
    await open('/product?id=1', <Product id="1" />, 'replaceState');
    await open('/product?id=2', <Product id="2" />);
    await views();
    expect(page.server.stored.map((event) => event.product)).toEqual([{ id: '1' }, { id: '2' }]);
  });

  it('has no further view when _app renders again, or another script changes the address', async () => {
    await open('/', <Home />, 'replaceState');
    history.replaceState(null, '', '/?campaign=removed');
    await act(async () =>
      root.render(
        <PagesProvider tracker={tracker}>
          <Plain />
        </PagesProvider>,
      ),
    );
    expect(await views()).toEqual(['home_view /']);
  });

  it('has its own title, which is set after the address', async () => {
    await open('/', <Plain />, 'replaceState');
    await open('/about', <Plain />);
    document.title = 'About';
    await views();
    await open('/cart', <Plain />);
    dispatchEvent(new Event('pagehide'));
    await views(0);
    expect(page.server.stored.map((event) => event.pageTitle)).toEqual(['Shop', 'About', 'About']);
  });
});

it('a hook outside the provider throws an error that names the provider', async () => {
  await expect(act(async () => root.render(<Home />))).rejects.toThrow('no ClickstreamProvider');
});
