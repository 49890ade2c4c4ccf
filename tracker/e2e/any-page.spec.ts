import { readFileSync, writeFileSync, copyFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from '@playwright/test';
import { expect } from './fixtures.js';
import { STUB, test, type Site } from './site.js';

const HOME = path.resolve(import.meta.dirname, '..');

type Call = (method: string, ...args: unknown[]) => unknown;

/** Calls the tracker as a page does. */
function call(page: Page, ...args: [string, ...unknown[]]): Promise<unknown> {
  return page.evaluate((args) => (window.clickstream as unknown as Call)(...args), args);
}

function html(site: Site, body: string, attributes = '', before = STUB): string {
  return `<!doctype html><title>Page</title><script>${before}</script>
<script async src="${site.origin}/clickstream.js" data-endpoint="${site.endpoint}" ${attributes}></script>
${body}`;
}

/** Returns the code blocks of a section of the README. */
function snippets(section: string): string[] {
  const readme = readFileSync(path.join(HOME, 'README.md'), 'utf8');
  const [, text] = readme.split(`\n## ${section}\n`);
  return Array.from(text!.split('\n## ')[0]!.matchAll(/```\w+\n([^]*?)```/g), (match) => match[1]!);
}

test('the snippets of the README work', async ({ page, visitor, site }) => {
  const [tags, calls] = snippets('Any page, without a bundler');
  const pasted = tags!.replace(/data-endpoint="[^"]*"/, `data-endpoint="${site.endpoint}"`);
  expect(pasted).toContain(site.endpoint);
  await page.goto(
    site.page('index.html', `${pasted}<script>${calls}</script><button>Buy</button>`),
  );
  await page.getByRole('button').click();
  const events = await visitor.has(['product_view', 'click']);
  const of = (name: string) => events.find((event) => event.eventName === name);
  expect(of('product_view')).toMatchObject({ product: { id: 'lt-001' } });
  expect(of('click')).toMatchObject({ userId: 'u-81', element: { tag: 'BUTTON', text: 'Buy' } });
});

test('each kind of click reports the element that was meant, and nothing private', async ({
  page,
  visitor,
  site,
}) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(
    site.page(
      'index.html',
      html(
        site,
        `<link rel="icon" href="data:,">
<button id="icon" aria-label="Wish"><svg width="20" height="20"><path d="M0 0h20v20H0z"/></svg></button>
<button class="global-clickstream-ignore-click"><b id="ignored">No</b></button>
<input id="text" value="secret"><input id="password" type="password" value="secret">
<textarea id="area">secret</textarea>
<select id="select"><option>secret</option></select>
<div id="editable" contenteditable>secret</div>
<p data-private data-number="secret"><a id="private" href="#" data-card="secret">secret</a></p>
<a id="script" href="javascript:void 0">Script</a>
<a id="mail" href="mailto:an@shop.example">Mail</a>
<shop-closed id="closed">Slot</shop-closed><shop-open id="open"></shop-open>
<button id="gone" onclick="this.remove()">Gone</button>
<script>
  customElements.define('shop-closed', class extends HTMLElement {
    constructor() { super(); this.attachShadow({ mode: 'closed' }).innerHTML = '<slot></slot><b>secret</b>'; }
  });
  customElements.define('shop-open', class extends HTMLElement {
    constructor() { super(); this.attachShadow({ mode: 'open' }).innerHTML = '<button data-private>secret</button>'; }
  });
</script>`,
      ),
    ),
  );
  await page.evaluate(() => addEventListener('click', (event) => event.preventDefault()));
  const ids =
    'icon ignored text password area select editable private script mail closed open gone';
  for (const id of ids.split(' ')) {
    // Escape closes the browser's own menus, which would cover other elements.
    await page.locator(`#${id}`).click({ position: { x: 5, y: 5 } });
    await page.keyboard.press('Escape');
  }
  // Clicks that only scripts can make.
  await page.evaluate(() => {
    document
      .querySelector('#mail')!
      .firstChild!.dispatchEvent(new Event('click', { bubbles: true }));
    document.dispatchEvent(new Event('click', { bubbles: true }));
    document.createElement('button').click();
  });
  const events = await visitor.has(['page_view', ...Array<string>(12).fill('click')]);
  const clicks = events.filter((event) => event.eventName === 'click').map((e) => e.element!);
  expect(clicks.map(({ tag, id, text }) => `${tag} ${id} ${text}`)).toEqual([
    'BUTTON icon ',
    'INPUT text ',
    'INPUT password ',
    'TEXTAREA area ',
    'SELECT select ',
    'DIV editable ',
    'A private ',
    'A script Script',
    'A mail Mail',
    'SHOP-CLOSED closed Slot',
    'BUTTON  ',
    'BUTTON gone Gone',
  ]);
  expect(JSON.stringify(events)).not.toContain('secret');
  expect(errors).toEqual([]);
});

test('a frame with the script tracks itself; for one without, the page calls trackClick', async ({
  page,
  visitor,
  site,
}) => {
  site.page('with.html', html(site, '<button>Inside</button>'));
  site.page('without.html', '<button>Also <i>inside</i></button>');
  await page.goto(
    site.page(
      'index.html',
      html(
        site,
        '<iframe id="a" src="with.html"></iframe><iframe id="b" src="without.html"></iframe>',
      ),
    ),
  );
  await page.frameLocator('#a').getByRole('button').click();
  await page.frameLocator('#b').getByRole('button').click();
  await page.evaluate(() => {
    const frame = document.querySelector<HTMLIFrameElement>('#b')!.contentDocument!;
    (window.clickstream as unknown as Call)('trackClick', frame.querySelector('button'));
  });
  const events = await visitor.has(['page_view', 'page_view', 'click', 'click']);
  const clicks = events.filter((event) => event.eventName === 'click');
  expect(clicks.map((event) => [event.pageUrl.split('/').pop(), event.element!.text])).toEqual([
    ['with.html', 'Inside'],
    ['index.html', 'Also inside'],
  ]);
  expect(new Set(events.map((event) => event.sessionId)).size).toBe(1);
});

test('a content security policy needs to allow the script and the endpoint only', async ({
  page,
  visitor,
  site,
}) => {
  const policy = `default-src 'none'; script-src 'self' 'nonce-n1'; connect-src ${new URL(site.endpoint).origin}`;
  const violations: string[] = [];
  page.on('console', (message) => message.type() === 'error' && violations.push(message.text()));
  await page.goto(
    site.page(
      'index.html',
      html(site, '<link rel="icon" href="data:,"><button>Buy</button>').replace(
        '<script>',
        '<script nonce="n1">',
      ),
      { 'content-security-policy': `${policy}; img-src data:` },
    ),
  );
  await page.getByRole('button').click();
  await visitor.has(['page_view', 'click']);
  expect(violations).toEqual([]);
});

test('events that a content security policy blocks arrive once the policy is corrected', async ({
  page,
  visitor,
  site,
  network,
}) => {
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  const content = html(site, '<button>Buy</button>');
  await page.goto(
    site.page('index.html', content, { 'content-security-policy': "connect-src 'self'" }),
  );
  await page.getByRole('button').click();
  await page.waitForTimeout(300);
  expect(network.passed).toEqual([]);
  await page.goto(site.page('index.html', content));
  const events = await visitor.has(['page_view', 'click', 'page_view']);
  expect(events.map((event) => event.eventName)).toEqual(['page_view', 'click', 'page_view']);
  expect(errors).toEqual([]);
});

test('consent can be set by attribute and by call', async ({ page, visitor, site, network }) => {
  const stored = () =>
    page.evaluate(() =>
      [...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie].join(),
    );
  await page.goto(
    site.page('index.html', html(site, '<button>Buy</button>', 'data-consent="pending"')),
  );
  await page.getByRole('button').click();
  await page.waitForTimeout(300);
  expect(network.passed).toEqual([]);
  expect(await stored()).toBe('');
  const decided = new Date().toISOString();
  await call(page, 'setConsent', 'granted');
  const events = await visitor.has(['page_view', 'click']);
  expect(events.every((event) => event.clientTimestamp < decided)).toBe(true);
  expect(await stored()).toContain('clickstream.client');

  await call(page, 'setConsent', 'denied');
  await page.getByRole('button').click();
  await page.waitForTimeout(300);
  expect(await stored()).toBe('');
  await visitor.has(['page_view', 'click']);
});

test('beforeSend in the stub can change an event, drop it, or throw', async ({
  page,
  visitor,
  site,
}) => {
  const before = `${STUB}
clickstream.options = { beforeSend: function (event) {
  if (event.eventName === 'broken') { throw new Error('broken'); }
  if (event.eventName === 'dropped') { return null; }
  event.pageUrl = event.pageUrl.split('?')[0];
  return event;
} };`;
  await page.goto(site.page('index.html', html(site, '', '', before)) + '?email=an@shop.example');
  for (const name of ['broken', 'dropped', 'kept']) {
    await call(page, 'trackCustom', name);
  }
  const events = await visitor.has(['page_view', 'kept']);
  expect(JSON.stringify(events.map(({ pageUrl }) => pageUrl))).not.toContain('an@');
});

test('pages of the file system and pages without storage are tracked', async ({
  page,
  visitor,
  site,
}, info) => {
  const file = info.outputPath('index.html');
  copyFileSync(path.join(HOME, 'dist/clickstream.js'), info.outputPath('clickstream.js'));
  writeFileSync(file, html(site, '<button>Buy</button>').replace(`${site.origin}/`, ''));
  await page.goto(pathToFileURL(file).href);
  await page.getByRole('button').click();
  await visitor.has(['page_view', 'click']);

  // A sandboxed frame is an opaque origin without storage, cookies and locks.
  const content = html(site, '<button>Buy</button>').replace(/"/g, '&quot;');
  await page.goto(
    site.page('outer.html', `<iframe sandbox="allow-scripts" srcdoc="${content}"></iframe>`),
  );
  await page.frameLocator('iframe').getByRole('button').click();
  await page.frameLocator('iframe').getByRole('button').click();
  // The frame has another client id; the browser is the same.
  const events = await visitor.has(['page_view', 'click', 'page_view', 'click', 'click']);
  const inFrame = events.filter((event) => event.pageUrl.startsWith('about:'));
  expect(inFrame).toHaveLength(3);
  expect(new Set(inFrame.map((event) => event.clientId + event.sessionId)).size).toBe(1);
});

test('an insecure origin has UUIDs, and delivery without locks', async ({
  page,
  visitor,
  site,
}) => {
  const insecure = 'http://shop.example';
  const content = html(site, '<button>Buy</button>')
    .replace(site.origin, insecure)
    .replace(site.endpoint, `${insecure}/api/events`);
  await page.route(`${insecure}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/api/events') {
      await route.fulfill({ response: await route.fetch({ url: site.endpoint }) });
    } else if (pathname === '/clickstream.js') {
      await route.fulfill({ path: path.join(HOME, 'dist/clickstream.js') });
    } else {
      await route.fulfill({ body: content, contentType: 'text/html' });
    }
  });
  await page.goto(insecure);
  expect(await page.evaluate(() => [isSecureContext, 'locks' in navigator])).toEqual([
    false,
    false,
  ]);
  await page.getByRole('button').click();
  const events = await visitor.has(['page_view', 'click']);
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(events.every((event) => uuid.test(event.eventId) && uuid.test(event.clientId))).toBe(true);
});

test('full storage: the page keeps its data, and events arrive', async ({
  page,
  visitor,
  site,
  network,
}) => {
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.addInitScript(() => {
    for (let size = 1 << 20; size > 0; size >>= 1) {
      for (let i = 0; i < 10; i++) {
        try {
          localStorage.setItem(`cart.${size}.${i}`, 'x'.repeat(size));
        } catch {
          break;
        }
      }
    }
  });
  network.mode = 503;
  await page.goto(site.page('index.html', html(site, '<button>Buy</button>')));
  const before = await page.evaluate(() => localStorage.length);
  for (let i = 0; i < 5; i++) {
    await page.getByRole('button').click();
  }
  network.mode = 'up';
  const events = await visitor.has(['page_view', ...Array<string>(5).fill('click')]);
  expect(new Set(events.map((event) => event.clientId)).size).toBe(1);
  expect(await page.evaluate(() => localStorage.length)).toBe(before);
  expect(errors).toEqual([]);
});

test('a batch has at most 100 events and 60 KB, in order', async ({
  page,
  visitor,
  site,
  network,
}) => {
  await page.goto(
    site.page('index.html', html(site, '', 'data-batch-size="100" data-view="false"')),
  );
  await page.waitForFunction(() => 'page' in window.clickstream!);
  await page.evaluate(() => {
    for (let i = 0; i < 330; i++) {
      (window.clickstream as unknown as Call)('trackCustom', 'step', {
        i,
        text: 'ế'.repeat(i < 230 ? 1 : 800),
      });
    }
  });
  await visitor.arrived(330);
  const bodies = network.passed.map(({ body }) => body);
  const batches = bodies.map((body) => JSON.parse(body) as { i: number }[]);
  expect(batches.flat().map(({ i }) => i)).toEqual(Array.from({ length: 330 }, (_, i) => i));
  expect(Math.max(...batches.map((batch) => batch.length))).toBe(100);
  expect(Math.max(...bodies.map((body) => Buffer.byteLength(body)))).toBeLessThanOrEqual(60_000);
});

test('an event that the server refuses does not block others', async ({ page, visitor, site }) => {
  await page.route(site.endpoint, async (route) => {
    const isFirewall = route.request().postData()?.includes('"attack"');
    await (isFirewall
      ? route.fulfill({ status: 403, headers: { 'access-control-allow-origin': '*' } })
      : route.continue());
  });
  await page.goto(site.page('index.html', html(site, '')));
  await visitor.has(['page_view']);
  await call(page, 'trackCustom', 'attack');
  // Larger than the Lambda accepts: 413.
  await call(page, 'trackCustom', 'huge', { text: 'x'.repeat(300_000) });
  // More deeply nested than the Lambda accepts: 400.
  await call(page, 'trackCustom', 'deep', JSON.parse('{"a":'.repeat(80) + '1' + '}'.repeat(80)));
  await call(page, 'trackCustom', 'fine');
  await visitor.has(['page_view', 'fine']);
  const queued = () =>
    page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('.queue.')).length);
  await expect.poll(queued).toBe(1);
  await page.unroute(site.endpoint);
  await page.reload();
  await visitor.has(['page_view', 'fine', 'attack', 'page_view']);
  await expect.poll(queued).toBe(0);
});

test('two tabs that were offline send each event and empty their queues', async ({
  context,
  visitor,
  site,
  network,
}) => {
  network.mode = 'down';
  const address = site.page('index.html', html(site, '<button>Buy</button>'));
  const tabs = [await context.newPage(), await context.newPage()];
  for (const tab of tabs) {
    await tab.goto(address);
    for (let i = 0; i < 10; i++) {
      await tab.getByRole('button').click();
    }
  }
  network.mode = 'up';
  await visitor.has([...Array<string>(2).fill('page_view'), ...Array<string>(20).fill('click')]);
  for (const tab of tabs) {
    const queued = () =>
      tab.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('.queue.')));
    await expect.poll(queued).toEqual([]);
  }
});
