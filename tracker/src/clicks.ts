import { DATA, isListed, masked, withoutEmails } from './privacy.js';
import type { ClickedElement } from './types.js';

/** Characters of a click's text and of each data attribute. */
const MAX_TEXT = 160;

/** Characters to read: more than {@link MAX_TEXT}, because the text is trimmed afterwards. */
const ENOUGH = 320;

const IGNORE = 'global-clickstream-ignore-click';
const IGNORED = `.${IGNORE},[${IGNORE}],[data-${IGNORE}]`;

const PRIVATE = '[data-private]';

/** Elements whose text is not read: typed or chosen values, private parts, code. */
const UNREAD = `input,select,textarea,[contenteditable],script,style,${PRIVATE}`;

/** Elements that visitors mean when they click on a part of them. */
const CLICKABLE =
  'a,button,input,select,textarea,label,summary,[role=button],[role=link],[role=tab],[role=menuitem]';

/**
 * Returns the innermost element that matches: the given one, or one around it on the screen. Those
 * include the slots and hosts of open shadow roots.
 */
export function closest(
  element: Element | null | undefined,
  selector: string,
): Element | null | undefined {
  while (element && !element.matches?.(selector)) {
    element = (element.assignedSlot ??
      element.parentNode ??
      (element as unknown as ShadowRoot).host) as Element;
  }
  return element;
}

/**
 * Returns the element that a click meant; false if it is not tracked. A click on an icon means the
 * element around it. Only scripts click on other nodes than elements; these are not tracked.
 */
export function meantBy(target: Element): Element | false {
  return (
    !!target.matches &&
    !closest(target, IGNORED) &&
    (closest(target, CLICKABLE) ?? closest(target, 'svg')?.parentElement ?? target)
  );
}

/**
 * Describes an element without typed or private content.
 *
 * @param listed further `data-*` attributes to read, as names of `dataset`
 */
export function describe(element: Element, listed?: readonly string[]): ClickedElement {
  const dataset: Record<string, string> = {};
  const data = (element as HTMLElement).dataset;
  const attribute = (name: string) => element.getAttribute(name);
  // A button of the page may show what is typed: the field's type is text then.
  const kind = attribute('type') + ' ' + attribute('autocomplete');
  if (!closest(element, PRIVATE) && !/password/i.test(kind)) {
    for (const name in data) {
      if (isListed(name, DATA, listed)) {
        dataset[name] = cut(withoutEmails(data[name]!));
      }
    }
  }
  return {
    tag: element.tagName,
    // Attributes, not properties: a form's fields may be called "id" or "role".
    id: withoutEmails(attribute('id') ?? ''),
    role: attribute('role'),
    text: closest(element, UNREAD) ? '' : cut(masked(text(element))),
    dataset,
  };
}

/** Appends the text of a node to `found`, about {@link ENOUGH} characters: it may be the whole page. */
function text(node: Node, found = ''): string {
  if (found.length < ENOUGH && node.nodeType < 4 && !(node as Element).matches?.(UNREAD)) {
    // A word ends at an element's start.
    found = (found + ((node as Text).data ?? ' ')).replace(/\s+/g, ' ');
    for (const inner of (node as HTMLSlotElement).assignedNodes?.() ?? node.childNodes) {
      found = text(inner, found);
    }
  }
  return found;
}

/** Trims a text to {@link MAX_TEXT} characters, without splitting an emoji. */
function cut(value: string): string {
  return value
    .trim()
    .slice(0, MAX_TEXT)
    .replace(/[\uD800-\uDBFF]$/, '');
}
