/**
 * A `<details>` that is open on wide screens and shut on narrow ones (the facets), or a menu that shuts on Escape
 * and on a click elsewhere (`data-menu`). Without scripts it is an ordinary `<details>`.
 */

/** Ties an open `<details>` to the width of the screen, until its reader opens or shuts it. */
function followWidth(details: HTMLDetailsElement, query: string): void {
  const wide = matchMedia(query);
  // A panel that took over the state of its old copy keeps it.
  if (!details.hasAttribute('data-kept')) details.open = wide.matches;
  wide.addEventListener('change', () => {
    details.open = wide.matches;
  });
}

function actAsMenu(details: HTMLDetailsElement): void {
  const shut = () => {
    details.open = false;
  };
  details.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !details.open) return;
    shut();
    details.querySelector('summary')?.focus();
  });
  document.addEventListener('click', (event) => {
    if (event.target instanceof Node && !details.contains(event.target)) shut();
  });
  details.addEventListener('focusout', (event) => {
    if (event.relatedTarget instanceof Node && !details.contains(event.relatedTarget)) shut();
  });
}

/** Sets a `<details>` up. */
export function mount(element: HTMLElement): void {
  if (!(element instanceof HTMLDetailsElement)) throw new Error('a disclosure must be a <details> element');
  const query = element.dataset['openWhen'];
  if (query !== undefined) followWidth(element, query);
  if (element.dataset['menu'] !== undefined) actAsMenu(element);
}
