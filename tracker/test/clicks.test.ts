import { beforeEach, describe, expect, it } from 'vitest';
import type { ClickedElement } from '../src/types.js';
import { Page, pass } from './page.js';

const page = new Page();

/** Clicks the element that a selector finds; returns the elements of the events. */
async function click(html: string, selector: string): Promise<ClickedElement[]> {
  document.body.innerHTML = html;
  document.querySelector(selector)!.dispatchEvent(new Event('click', { bubbles: true }));
  await pass();
  return page.server.stored.map((event) => event.element!);
}

beforeEach(async () => {
  await page.load();
});

describe('a click', () => {
  it('describes the element', async () => {
    expect(
      await click(
        '<button id="buy" role="switch" data-sku="p-1" data-list-name="top"> Buy\n now </button>',
        '#buy',
      ),
    ).toEqual([
      {
        tag: 'BUTTON',
        id: 'buy',
        role: 'switch',
        text: 'Buy now',
        dataset: { sku: 'p-1', listName: 'top' },
      },
    ]);
  });

  it('on an icon reports the button around it', async () => {
    const [element] = await click(
      '<button id="fav"><svg><g><path d="M0 0"/></g></svg></button>',
      'path',
    );
    expect(element).toMatchObject({ tag: 'BUTTON', id: 'fav', text: '' });
  });

  it('on a drawing reports the element that contains it', async () => {
    const [element] = await click('<div id="map"><svg><path d="M0 0"/></svg></div>', 'path');
    expect(element).toMatchObject({ tag: 'DIV', id: 'map' });
  });

  it('on a part of a link reports the link', async () => {
    const [element] = await click('<a href="/x">to <b>x</b></a>', 'b');
    expect(element).toMatchObject({ tag: 'A', id: '', role: null, text: 'to x' });
  });

  it('on plain content reports the content', async () => {
    const [element] = await click('<main><p id="p">words</p></main>', 'p');
    expect(element).toMatchObject({ tag: 'P', text: 'words' });
  });

  it('on a node that is not an element is not tracked', async () => {
    document.body.innerHTML = '<button>x</button>';
    for (const target of [window, document, document.querySelector('button')!.firstChild!]) {
      target.dispatchEvent(new Event('click', { bubbles: true }));
    }
    await pass();
    expect(page.server.stored).toEqual([]);
    expect(console.error).not.toHaveBeenCalled();
  });

  it.each(['mailto:an@shop.example', 'javascript:void 0', 'tel:+84'])(
    'on a link to %s is one like others',
    async (href) => {
      const [element] = await click(`<a href="${href}">Write</a>`, 'a');
      expect(element).toMatchObject({ tag: 'A', text: 'Write' });
    },
  );

  it('is tracked although the page stops its propagation', async () => {
    document.body.innerHTML = '<button>go</button>';
    const button = document.querySelector('button')!;
    button.addEventListener('click', (event) => event.stopImmediatePropagation());
    button.click();
    await pass();
    expect(page.server.stored).toHaveLength(1);
  });

  it.each([
    '<div class="global-clickstream-ignore-click"><button>x</button></div>',
    '<div global-clickstream-ignore-click><button>x</button></div>',
    '<button data-global-clickstream-ignore-click>x</button>',
  ])('is suppressed by %s', async (html) => {
    expect(await click(html, 'button')).toEqual([]);
  });

  it('is not tracked when clicks are off', async () => {
    await page.load({ clicks: false });
    expect(await click('<button>x</button>', 'button')).toEqual([]);
  });
});

describe('a click in an open shadow root', () => {
  async function inShadow(html: string, selector: string): Promise<ClickedElement[]> {
    document.body.innerHTML = html;
    document.querySelectorAll('template').forEach((template) => {
      template.parentElement!.attachShadow({ mode: 'open' }).append(template.content);
      template.remove();
    });
    let root: ParentNode = document;
    for (const step of selector.split(' >>> ')) {
      const found: Element = root.querySelector(step)!;
      root = found.shadowRoot ?? found;
    }
    const target = root instanceof ShadowRoot ? root.host : (root as Element);
    target.dispatchEvent(new Event('click', { bubbles: true, composed: true }));
    await pass();
    return page.server.stored.map((event) => event.element!);
  }

  it('reports the button inside', async () => {
    const html =
      '<shop-card id="host"><template><button id="more">More</button></template></shop-card>';
    expect(await inShadow(html, '#host >>> #more')).toMatchObject([
      { tag: 'BUTTON', id: 'more', text: 'More' },
    ]);
  });

  it.each([
    '<shop-card><template><button class="global-clickstream-ignore-click">x</button></template></shop-card>',
    '<shop-card global-clickstream-ignore-click><template><button>x</button></template></shop-card>',
    '<p data-global-clickstream-ignore-click><shop-card><template><button>x</button></template></shop-card></p>',
  ])('is suppressed by %s', async (html) => {
    expect(await inShadow(html, 'shop-card >>> button')).toEqual([]);
  });

  it('below data-private reports neither text nor data', async () => {
    const html =
      '<p data-private><shop-card><template><button data-card="secret">secret</button></template></shop-card></p>';
    expect(await inShadow(html, 'shop-card >>> button')).toMatchObject([
      { tag: 'BUTTON', text: '', dataset: {} },
    ]);
  });

  it('on an icon reports the link around its host', async () => {
    const html =
      '<a href="/cart" id="cart"><shop-icon><template><svg><path d="M0 0"/></svg></template></shop-icon>Cart</a>';
    expect(await inShadow(html, 'shop-icon >>> path')).toMatchObject([
      { tag: 'A', id: 'cart', text: 'Cart' },
    ]);
  });
});

describe('text', () => {
  it('has at most 160 characters and does not split an emoji', async () => {
    const [element] = await click(
      `<button>${'x'.repeat(159)}😀${'y'.repeat(99)}</button>`,
      'button',
    );
    expect(element!.text).toBe('x'.repeat(159));
    const [, other] = await click(`<button>${'x'.repeat(500)}</button>`, 'button');
    expect(other!.text).toHaveLength(160);
  });

  it('separates elements by spaces and joins adjacent text nodes', async () => {
    document.body.innerHTML = '<a><span>Laptop</span><span>15.990.000 ₫</span><i></i></a>';
    document.querySelector('i')!.append('Cart (', '3', ')');
    document.querySelector('a')!.dispatchEvent(new Event('click', { bubbles: true }));
    await pass();
    expect(page.server.stored[0]!.element!.text).toBe('Laptop 15.990.000 ₫ Cart (3)');
  });

  it.each([
    '<input value="secret">',
    '<input type="password" value="secret">',
    '<textarea>secret</textarea>',
    '<select><option>secret</option></select>',
    '<div contenteditable>secret</div>',
    '<p data-private>secret</p>',
    '<p data-private><button data-card="secret">secret</button></p>',
    '<div data-private><a>secret</a></div>',
    '<div><script type="x">secret</script></div>',
  ])('never comes from %s', async (html) => {
    document.body.innerHTML = `<section>${html}</section>`;
    for (const element of document.querySelectorAll('section, section *')) {
      element.dispatchEvent(new Event('click', { bubbles: true }));
    }
    await pass();
    expect(page.server.stored.length).toBeGreaterThan(1);
    expect(JSON.stringify(page.server.stored)).not.toContain('secret');
  });

  it('is read up to its limit, at any depth', async () => {
    document.body.innerHTML = `<main>${'<i>'.repeat(1_000)}deep </main>`;
    const main = document.querySelector('main')!;
    let reads = 0;
    for (let i = 0; i < 20_000; i++) {
      const data = {
        get: () => {
          reads++;
          return `word${i} `;
        },
      };
      main.append(Object.defineProperty(document.createTextNode(''), 'data', data));
    }
    main.dispatchEvent(new Event('click', { bubbles: true }));
    expect(reads).toBeGreaterThan(10);
    expect(reads).toBeLessThan(1_000);
    await pass();
    expect(page.server.stored[0]!.element!.text).toMatch(/^deep word0 word1 /);
  });

  it('of a label leaves out the text typed inside it', async () => {
    const [element] = await click(
      '<label id="l">Card <input value="secret"><b data-private>secret</b> number</label>',
      '#l',
    );
    expect(element!.text).toBe('Card number');
  });
});

describe('a label', () => {
  it('and its field make one click', async () => {
    document.body.innerHTML =
      '<label id="l">Cash <input type="radio" id="r"></label><button>x</button>';
    document.getElementById('l')!.click();
    document.querySelector('button')!.click();
    await pass(10);
    document.getElementById('r')!.click();
    await pass();
    expect(page.server.stored.map((event) => event.element!.tag)).toEqual([
      'LABEL',
      'BUTTON',
      'INPUT',
    ]);
  });
});

describe('a form', () => {
  it('whose fields are named like properties is described by its attributes', async () => {
    const [element] = await click(
      '<form id="f"><input name="id"><input name="tagName"><p>x</p></form>',
      'form',
    );
    expect(element).toMatchObject({ tag: 'FORM', id: 'f', text: 'x' });
  });
});
