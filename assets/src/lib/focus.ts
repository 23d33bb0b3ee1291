/** Keeps the keyboard focus where it was when a part of the page is replaced by a newer copy of itself. */

const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex]';

/** What tells an element from its neighbours, in the old copy and the new: its id, its key, or its name and text. */
export function focusKey(element: Element): string {
  if (element.id !== '') return `#${element.id}`;
  const key = element.getAttribute('data-key');
  if (key !== null) return `=${key}`;
  const parts = [element.tagName, element.getAttribute('name') ?? ''];
  const type = element.getAttribute('type') ?? '';
  if (type === 'checkbox' || type === 'radio') parts.push(element.getAttribute('value') ?? '');
  parts.push((element.getAttribute('aria-label') ?? element.textContent ?? '').replace(/[\d\s]+/g, ' ').trim());
  return parts.join('|');
}

/** Where the focus and the text caret are. */
export interface FocusMemory {
  key: string;
  rank: number;
  value: string | null;
  selection: [number, number] | null;
}

function alike(root: ParentNode, key: string): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((element) => focusKey(element) === key);
}

/** Notes the focus when it lies inside one of `roots`, and with `typing` what has been typed there since. */
export function rememberFocus(roots: readonly Element[], typing: boolean): FocusMemory | null {
  const active = document.activeElement;
  const root = roots.find((candidate) => candidate.contains(active));
  if (!(active instanceof HTMLElement) || root === undefined) return null;
  const key = focusKey(active);
  const text = typing && active instanceof HTMLInputElement && /^(text|search|number|url|tel|)$/.test(active.type);
  let selection: [number, number] | null = null;
  if (text && active.selectionStart !== null) selection = [active.selectionStart, active.selectionEnd ?? 0];
  return { key, rank: alike(document, key).indexOf(active), value: text ? active.value : null, selection };
}

function focusPart(part: HTMLElement): void {
  if (!part.hasAttribute('tabindex')) part.tabIndex = -1;
  part.focus({ preventScroll: true });
}

/** Puts the focus on a part of the page and shows its beginning. */
export function moveTo(part: HTMLElement): void {
  focusPart(part);
  if (part.getBoundingClientRect().top < 0) part.scrollIntoView({ block: 'start' });
}

/** Puts the focus back on the same thing, or on `fallback` when it has gone. */
export function restoreFocus(memory: FocusMemory | null, fallback: HTMLElement | undefined): void {
  if (memory === null) return;
  const matches = alike(document, memory.key);
  const target = matches[memory.rank] ?? matches[0];
  if (target === undefined) {
    if (fallback !== undefined) focusPart(fallback);
    return;
  }
  target.focus({ preventScroll: true });
  if (target instanceof HTMLInputElement && memory.value !== null) {
    target.value = memory.value;
    if (memory.selection !== null) target.setSelectionRange(...memory.selection);
  }
}
