import type { ClickedElement } from './types.js';

const MAX_TEXT = 160;

/** Read before it is trimmed. */
const ENOUGH = 320;

// Of NodeFilter.
const ELEMENTS_AND_TEXT = 5;
const YES = 1;
const WITH_ALL_IN_IT_NOT = 2;

const IGNORE = 'global-clickstream-ignore-click';
const IGNORED = `.${IGNORE},[${IGNORE}],[data-${IGNORE}]`;

const PRIVATE = '[data-private]';

/** What people type or choose, what is private, and what isn't text. */
const UNTOLD = `input,select,textarea,[contenteditable],script,style,${PRIVATE}`;

const CLICKABLE =
  'a,button,input,select,textarea,label,summary,[role=button],[role=link],[role=tab],[role=menuitem]';

/** Whether a click is to be told; those on what is no element, which only scripts make, never are. */
export function isTold(target: Element): boolean {
  return target.closest?.(IGNORED) === null;
}

/** The element that a click meant: an icon by itself means what it stands in. */
export function meant(target: Element): Element {
  return target.closest(CLICKABLE) ?? target.closest('svg')?.parentElement ?? target;
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
    tag: element.tagName,
    // Attributes, because a form's fields may be called "id" or "role".
    id: element.getAttribute('id') ?? '',
    role: element.getAttribute('role'),
    text: element.closest(UNTOLD) ? '' : cut(text(element)),
    dataset,
  };
}

/** Stops reading once there is enough, for somebody may click on the whole page. */
function text(element: Element): string {
  let found = '';
  const nodes = document.createTreeWalker(element, ELEMENTS_AND_TEXT, (node) =>
    (node as Element).matches?.(UNTOLD) ? WITH_ALL_IN_IT_NOT : YES,
  );
  while (found.length < ENOUGH && nodes.nextNode()) {
    // Where an element begins, a word ends.
    found = (found + ((nodes.currentNode as Text).data ?? ' ')).replace(/\s+/g, ' ');
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
