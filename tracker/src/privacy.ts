/** Query parameters that say where a visit comes from, or what a page shows. */
const PARAMETERS = /^(utm_\w+|\w*clk?id|[gw]braid|igshid|li_fat_id|page|sort|q|query|search)$/i;

/** `data-*` attributes that describe products, lists and orders, as names of `dataset`. */
export const DATA =
  /^(sku|productId|listName|position|category|brand|orderId|orderNumber|total|cartId|itemCount)$/;

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

/** Returns whether a name is one of the usual ones, or of those that the shop lists. */
export function isListed(name: string, usual: RegExp, more?: readonly string[]): boolean {
  return usual.test(name) || !!more?.includes(name);
}

/** Returns an address without fragment, and without parameters that may be personal. */
export function cleaned(url: string, more?: readonly string[]): string {
  const [address, query = ''] = url.split('#')[0]!.split('?');
  const kept = query
    .split(/&(?:amp;)?/)
    .filter((parameter) => isListed(parameter.split('=')[0]!, PARAMETERS, more))
    .join('&');
  return withoutEmails(address!.replace(/;[^/]*/g, '') + (kept && '?' + kept));
}
