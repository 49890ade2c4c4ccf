import type { ClickedElement } from './types.js';

const MAX_TEXT = 160;

const IGNORE = 'global-clickstream-ignore-click';
const IGNORED = `.${IGNORE},[${IGNORE}],[data-${IGNORE}]`;

const PRIVATE = '[data-private]';

/** What people type or choose, what is private, and what isn't text. */
const UNTOLD = `input,textarea,select,[contenteditable],script,style,${PRIVATE}`;

const CLICKABLE =
  'a,button,input,select,textarea,label,summary,[role=button],[role=link],[role=tab],[role=menuitem]';

/** The element that a click meant, or null when it is not to be told. */
export function clicked(target: Element): Element | null {
  return target.closest(IGNORED)
    ? null
    : // An icon by itself means what it stands in.
      (target.closest(CLICKABLE) ?? target.closest('svg')?.parentElement ?? target);
}

/** Tells of an element without what is typed into it or private. */
export function describe(element: Element): ClickedElement {
  const dataset: Record<string, string> = {};
  const data = (element as HTMLElement).dataset;
  if (!element.closest(PRIVATE)) {
    for (const name in data) {
      dataset[name] = cut(data[name]!);
    }
  }
  return {
    tag: element.tagName.toUpperCase(),
    // Attributes, because a form's fields may be called "id" or "role".
    id: element.getAttribute('id') ?? '',
    role: element.getAttribute('role'),
    text: element.closest(UNTOLD) ? '' : cut(text(element, '')),
    dataset,
  };
}

/** Stops reading once there is enough, for somebody may click on the whole page. */
function text(node: Node, found: string): string {
  for (const child of node.childNodes) {
    if (child instanceof Text) {
      found = (found + child.data).replace(/\s+/g, ' ');
    } else if (found.length < 320 && child instanceof Element && !child.matches(UNTOLD)) {
      found = text(child, found + ' ');
    }
  }
  return found;
}

/** Never between the halves of an emoji. */
function cut(value: string): string {
  return value
    .trim()
    .slice(0, MAX_TEXT)
    .replace(/[\uD800-\uDBFF]$/, '');
}
