import type { ClickedElement } from './types.js';

/** Characters of a click's text and of each data attribute. */
const MAX_TEXT = 160;

/** Characters to read: more than {@link MAX_TEXT}, because the text is trimmed afterwards. */
const ENOUGH = 320;

// Constants of NodeFilter: SHOW_ELEMENT | SHOW_TEXT, FILTER_ACCEPT, FILTER_REJECT.
const ELEMENTS_AND_TEXT = 5;
const ACCEPT = 1;
const REJECT = 2;

const IGNORE = 'global-clickstream-ignore-click';
const IGNORED = `.${IGNORE},[${IGNORE}],[data-${IGNORE}]`;

const PRIVATE = '[data-private]';

/** Elements whose text is not read: typed or chosen values, private parts, code. */
const UNREAD = `input,select,textarea,[contenteditable],script,style,${PRIVATE}`;

/** Elements that visitors mean when they click on a part of them. */
const CLICKABLE =
  'a,button,input,select,textarea,label,summary,[role=button],[role=link],[role=tab],[role=menuitem]';

/** Returns whether a click is tracked. Clicks on other nodes than elements, which only scripts make, are not. */
export function isTracked(target: Element): boolean {
  return target.closest?.(IGNORED) === null;
}

/** Returns the element that a click meant. A click on an icon means the element around it. */
export function meantBy(target: Element): Element {
  return target.closest(CLICKABLE) ?? target.closest('svg')?.parentElement ?? target;
}

/** Describes an element without typed or private content. */
export function describe(element: Element): ClickedElement {
  const dataset: Record<string, string> = {};
  const data = (element as HTMLElement).dataset;
  if (!element.closest(PRIVATE)) {
    for (const name in data) {
      dataset[name] = cut(data[name]!);
    }
  }
  return {
    tag: element.tagName,
    // Attributes, not properties: a form's fields may be called "id" or "role".
    id: element.getAttribute('id') ?? '',
    role: element.getAttribute('role'),
    text: element.closest(UNREAD) ? '' : cut(text(element)),
    dataset,
  };
}

/** Returns the text of an element, about {@link ENOUGH} characters: it may be the whole page. */
function text(element: Element): string {
  let found = '';
  const nodes = document.createTreeWalker(element, ELEMENTS_AND_TEXT, (node) =>
    (node as Element).matches?.(UNREAD) ? REJECT : ACCEPT,
  );
  while (found.length < ENOUGH && nodes.nextNode()) {
    // A word ends at an element's start.
    found = (found + ((nodes.currentNode as Text).data ?? ' ')).replace(/\s+/g, ' ');
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
