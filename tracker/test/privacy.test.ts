import { describe, expect, it } from 'vitest';
import type { ClickedElement } from '../src/types.js';
import { go, Page, pass, referredBy } from './page.js';

const page = new Page();

/** Returns what is told of a click on what a selector finds. */
async function click(html: string, selector: string): Promise<ClickedElement[]> {
  document.body.innerHTML = html;
  document.querySelector(selector)!.dispatchEvent(new Event('click', { bubbles: true }));
  await pass();
  return page.server.stored.map((event) => event.element!);
}

const SECRETS =
  'reset_token=s3cret&email=an%40shop.example&code=s3cret&state=s3cret&order=9&access_token=s3cret';

describe('an address', () => {
  it.each([
    [`/reset?${SECRETS}`, '/reset'],
    ['/cb#access_token=s3cret&id_token=s3cret', '/cb'],
    ['/p/1?utm_source=zalo&reset_token=s3cret&gclid=Cj0', '/p/1?utm_source=zalo&gclid=Cj0'],
    ['/p/1?a=1&amp;utm_source=zalo', '/p/1?utm_source=zalo'],
    ['/c?page=2&sort=price&q=rtx&xpage=1&pagex=1', '/c?page=2&sort=price&q=rtx'],
    ['/c?UTM_Source=x&FBCLID=y', '/c?UTM_Source=x&FBCLID=y'],
    ['/search?q=an.le%40shop.example', '/search?q=***'],
    ['/search?q=an.le%2540shop.example+x', '/search?q=***'],
    ['/u/an@shop.example/orders', '/u/***/orders'],
    ['/cart;jsessionid=s3cret/x', '/cart/x'],
    ['/?utm_campaign=120210000000000', '/?utm_campaign=120210000000000'],
    ['/p/8934567890123', '/p/8934567890123'],
    ['/?', '/'],
    ['/?=s3cret', '/'],
  ])('%s is sent as %s', async (path, sent) => {
    const tracker = await page.load();
    go(path);
    tracker.trackPageView();
    go('/next');
    tracker.trackCustom('later');
    await pass();
    expect(page.server.stored.map(({ pageUrl }) => pageUrl)).toEqual([
      'https://shop.example' + sent,
      'https://shop.example/next',
    ]);
    // The next page's referrer is the same address.
    expect(page.server.stored[1]!.referrer).toBe('https://shop.example' + sent);
  });

  it('of another site is cleaned too', async () => {
    referredBy(`https://other.example/in?${SECRETS}&q=laptop#token=s3cret`);
    (await page.load()).trackPageView();
    await pass();
    expect(page.server.stored[0]!.referrer).toBe('https://other.example/in?q=laptop');
  });

  it('keeps the parameters that the shop lists', async () => {
    const tracker = await page.load({ queryParameters: ['id', 'variant'] });
    go('/product?id=7&variant=red&token=s3cret');
    tracker.trackPageView();
    await pass();
    expect(page.server.stored[0]!.pageUrl).toBe('https://shop.example/product?id=7&variant=red');
  });

  it('is cleaned in an event of a given page', async () => {
    const tracker = await page.load();
    const given = { ...tracker.page(), pageUrl: `https://shop.example/x?${SECRETS}` };
    tracker.trackCustom('a', {}, { ...given, pageTitle: 'For an@shop.example' });
    await pass();
    expect(page.server.stored[0]).toMatchObject({
      pageUrl: 'https://shop.example/x',
      pageTitle: 'For ***',
    });
  });
});

const TEXTS = [
  ['Đơn hàng của an.le+x@shop.example', 'Đơn hàng của ***'],
  ['Gọi 0912345678', 'Gọi ***'],
  ['Gọi 0912 345 678', 'Gọi ***'],
  ['Gọi +84 912.345.678!', 'Gọi +***!'],
  ['CCCD 079-099-012345', 'CCCD ***'],
  ['4111 1111 1111 1111', '***'],
  ['SSN 123-45-6789', 'SSN ***'],
  ['٠٩١٢٣٤٥٦٧٨', '***'],
  ['12345678', '12345678'],
  ['123456789', '***'],
  ['15.990.000 ₫', '15.990.000 ₫'],
  ['1.299.990.000 ₫', '1.299.990.000 ₫'],
  ['1,299,990,000 VND', '1,299,990,000 VND'],
  ['RTX 4070 12GB 2026', 'RTX 4070 12GB 2026'],
  ['Follow @shop', 'Follow @shop'],
] as const;

describe('a text', () => {
  it.each(TEXTS)('in a title: %s is sent as %s', async (text, sent) => {
    const tracker = await page.load();
    document.title = text;
    tracker.trackPageView();
    await pass();
    expect(page.server.stored[0]!.pageTitle).toBe(sent);
  });

  it.each(TEXTS)('that is clicked: %s is sent as %s', async (text, sent) => {
    await page.load();
    expect(await click(`<button>${text}</button>`, 'button')).toMatchObject([{ text: sent }]);
  });

  it('is masked before it is cut', async () => {
    await page.load();
    const long = 'x'.repeat(155) + ' an.le@shop.example';
    const [element] = await click(`<button>${long}</button>`, 'button');
    expect(element!.text).toBe('x'.repeat(155) + ' ***');
  });
});

describe('a data attribute', () => {
  it('is sent only if it is listed', async () => {
    await page.load();
    const html =
      '<button data-sku="p-1" data-list-name="top" data-email="a" data-token="b" data-user="c">x</button>';
    expect(await click(html, 'button')).toMatchObject([
      { dataset: { sku: 'p-1', listName: 'top' } },
    ]);
  });

  it('may be listed by the shop', async () => {
    await page.load({ dataAttributes: ['userGroup'] });
    const html =
      '<button data-user-group="gold" data-user="c" data-order-id="1234567890">x</button>';
    const [element] = await click(html, 'button');
    expect(element!.dataset).toEqual({ userGroup: 'gold', orderId: '1234567890' });
  });

  it('never holds an e-mail address', async () => {
    await page.load();
    const [element] = await click('<a id="an@shop.example" data-sku="an@shop.example">x</a>', 'a');
    expect(element).toMatchObject({ id: '***', dataset: { sku: '***' } });
  });

  it.each([
    'type="password"',
    'type="PASSWORD"',
    // A button of the page shows what is typed.
    'type="text" autocomplete="current-password"',
  ])('of an input with %s is never read', async (attributes) => {
    await page.load({ dataAttributes: ['value'] });
    const html = `<input ${attributes} data-value="s3cret" data-sku="s3cret" value="s3cret">`;
    expect(JSON.stringify(await click(html, 'input'))).not.toContain('s3cret');
  });
});
