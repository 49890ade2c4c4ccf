/** Query parameters that say where a visit comes from, or what a page shows. */
const KEPT =
  /^(utm_\w+|\w*clid|msclkid|[gw]braid|igshid|li_fat_id|page|sort|q|query|search)$/i;

/** `data-*` attributes that describe products, lists and orders, as names of `dataset`. */
const DATA =
  'sku productId listName position category brand orderId orderNumber total cartId itemCount';

const MASK = '***';
const EMAIL = /[^\s/?&=]+([@＠]|%(25)*40)[^\s/?&=]+/gi;

/** Nine digits or more, as phones, cards and identity papers have, but no amount of money. */
const NUMBER = /\p{Nd}([\s().-]*\p{Nd}){8,}/gu;
const AMOUNT = /^[1-9]\d{0,2}(\.\d{3})+$/;

/** Masks what looks like an e-mail address. */
export function withoutEmails(text: string): string {
  return text.replace(EMAIL, MASK);
}

/** Masks what looks like an e-mail address or a personal number. */
export function masked(text: string): string {
  return withoutEmails(text).replace(NUMBER, (found) => (AMOUNT.test(found) ? found : MASK));
}

/** Returns an address without fragment, and without parameters that may be personal. */
export function cleaned(url: string, more: readonly string[] = []): string {
  const [address, query = ''] = url.split('#')[0]!.split('?');
  const kept = query.split(/&(?:amp;)?/).filter((parameter) => {
    const name = parameter.split('=')[0]!;
    return KEPT.test(name) || more.includes(name);
  });
  return withoutEmails(address!.replace(/;[^/]*/g, '') + (kept[0] ? '?' + kept.join('&') : ''));
}

/** Returns whether an attribute may be read, by its name in `dataset`. */
export function isListed(name: string, more: readonly string[] = []): boolean {
  return DATA.split(' ').includes(name) || more.includes(name);
}
