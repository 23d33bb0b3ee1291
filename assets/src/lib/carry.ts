/** What a page's new copy takes over from the old one: open panels, and the state of forms that were not replaced. */

/** What tells a `<details>` from the others: its id, or its summary below those of the panels around it. */
export function panelKey(details: Element): string {
  if (details.id !== '') return `#${details.id}`;
  const summary = (details.querySelector('summary')?.textContent ?? '').replace(/[\d\s]+/g, ' ').trim();
  const around = details.parentElement?.closest('details') ?? null;
  return around === null ? summary : `${panelKey(around)} > ${summary}`;
}

/** Which panels are open, by key. */
export function openPanels(parts: readonly Element[]): Map<string, boolean> {
  const panels = parts.flatMap((part) => [...part.querySelectorAll('details')]);
  return new Map(panels.map((panel) => [panelKey(panel), panel.open]));
}

/** Opens and shuts the panels of new parts as their old copies were, and marks them as settled by the reader. */
export function restorePanels(parts: readonly Element[], state: ReadonlyMap<string, boolean>): void {
  for (const panel of parts.flatMap((part) => [...part.querySelectorAll('details')])) {
    const open = state.get(panelKey(panel));
    if (open === undefined) continue;
    panel.open = open;
    panel.setAttribute('data-kept', '');
  }
}

function isHidden(control: Element): boolean {
  return control instanceof HTMLInputElement && control.type === 'hidden';
}

/** Gives a form that stays the hidden fields and the values of its fresh copy; `spared` keeps what is being typed. */
function refreshForm(form: HTMLFormElement, fresh: HTMLFormElement, spared: Element | null): void {
  for (const control of [...form.elements]) if (isHidden(control)) control.remove();
  for (const control of fresh.elements) if (isHidden(control)) form.append(document.importNode(control, true));
  for (const control of form.elements) {
    if (control === spared || !(control instanceof HTMLInputElement || control instanceof HTMLSelectElement)) continue;
    const source = fresh.elements.namedItem(control.name);
    if (source instanceof HTMLInputElement || source instanceof HTMLSelectElement) control.value = source.value;
  }
}

/** The links of a page that no swap replaces. */
function lastingLinks(root: Document): HTMLAnchorElement[] {
  return [...root.querySelectorAll<HTMLAnchorElement>('a[href]')].filter((link) => link.closest('[data-swap]') === null);
}

/**
 * Brings what lies outside the replaced parts up to date: the fields of the live forms, and the links that carry the
 * filters or the address of the page along (the tabs of a dataset, the choice of a language).
 */
export function refreshAround(fresh: Document, spared: Element | null): void {
  const forms = (root: Document) => [...root.querySelectorAll<HTMLFormElement>('form[data-live]')];
  const freshForms = forms(fresh);
  for (const [index, form] of forms(document).entries()) {
    const source = freshForms[index];
    if (source !== undefined && form.closest('[data-swap]') === null) refreshForm(form, source, spared);
  }
  const freshLinks = lastingLinks(fresh);
  for (const [index, link] of lastingLinks(document).entries()) {
    const href = freshLinks[index]?.getAttribute('href') ?? null;
    if (href !== null && href.split('?')[0] === link.getAttribute('href')?.split('?')[0]) link.setAttribute('href', href);
  }
}
