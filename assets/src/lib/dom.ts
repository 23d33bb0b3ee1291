/** Small helpers to build elements. Text always goes through `textContent`: no markup is ever made from data. */

type Child = Node | string | null;
type Value = string | number | boolean | null | ((event: Event) => void);

/**
 * Builds an element. A function value is an event listener (`onclick`), `true` an empty attribute, `false` and
 * `null` no attribute at all.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A number unique in the page, for ids that tie a label to its element. */
let lastId = 0;

/** A fresh element id that begins with `prefix`. */
export function freshId(prefix: string): string {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** Says `text` to screen readers, politely, through one live region shared by the islands. */
export function announce(text: string): void {
  let region = document.getElementById('live-status');
  if (region === null) {
    region = h('div', { id: 'live-status', role: 'status', class: 'visually-hidden' });
    document.body.append(region);
  }
  region.textContent = text;
}

/** The message of anything that was thrown. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
