/**
 * The only script of a page: finds the elements that say `data-island="name"` and loads the code of each, lazily.
 *
 * A page works without it. Nothing here, nor in any island, writes a cookie or any other storage of the browser, and the gate
 * would drop it: it comes first.
 */
import './consent/gate.ts';

import { watchForms } from './consent/forms.ts';
import { obey } from './consent/withdrawal.ts';
import { SWAPPED } from './lib/live.ts';

/** What an island's module exports. */
interface IslandModule {
  mount(element: HTMLElement): void | Promise<void>;
}

const islands: Record<string, () => Promise<IslandModule>> = {
  map: () => import('./islands/map.ts'),
  table: () => import('./islands/table.ts'),
  catalog: () => import('./islands/catalog.ts'),
  console: () => import('./islands/console.ts'),
  copy: () => import('./islands/copy.ts'),
  disclosure: () => import('./islands/disclosure.ts'),
};

const MOUNTED = 'data-mounted';

async function mount(element: HTMLElement): Promise<void> {
  const name = element.dataset['island'] ?? '';
  const load = islands[name];
  if (load === undefined || element.hasAttribute(MOUNTED)) return;
  element.setAttribute(MOUNTED, 'loading');
  try {
    await (await load()).mount(element);
    element.setAttribute(MOUNTED, 'ready');
  } catch (error) {
    element.setAttribute(MOUNTED, 'failed');
    console.error(`island ${name}`, error);
  }
}

function mountAll(root: HTMLElement | Document): void {
  if (root instanceof HTMLElement && root.dataset['island'] !== undefined) void mount(root);
  for (const element of root.querySelectorAll<HTMLElement>('[data-island]')) void mount(element);
}

document.documentElement.classList.add('has-scripts');
document.addEventListener(SWAPPED, (event) => {
  const parts: unknown = event instanceof CustomEvent ? event.detail : null;
  if (Array.isArray(parts)) for (const part of parts) if (part instanceof HTMLElement) mountAll(part);
});
mountAll(document);
watchForms();
obey().catch((error: unknown) => console.error('consent', error));
