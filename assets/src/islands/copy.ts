/** A button that copies a text: its own `data-copy`, or what the element named by `data-copy-from` holds. */
import { announce } from '../lib/dom.ts';
import { t } from '../texts/index.ts';

/** How long the button says that it has copied, in milliseconds. */
const SAID_MS = 2000;

function textOf(button: HTMLElement): string {
  const selector = button.dataset['copyFrom'];
  if (selector === undefined) return button.dataset['copy'] ?? '';
  const source = document.querySelector(selector);
  if (source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement) return source.value;
  return source?.textContent?.trim() ?? '';
}

/** Copies through the clipboard interface where the page may use it, else through a selection. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Plain http pages have no clipboard interface; `execCommand` is what is left there. */
function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  const active = document.activeElement;
  area.value = text;
  area.className = 'visually-hidden';
  area.setAttribute('aria-hidden', 'true');
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (active instanceof HTMLElement) active.focus();
  return done;
}

/** Makes a button copy; it is hidden without scripts. */
export function mount(button: HTMLElement): void {
  const label = button.querySelector<HTMLElement>('[data-copy-label]') ?? button;
  const usual = label.textContent ?? '';
  let timer = 0;
  button.hidden = false;
  button.addEventListener('click', () => {
    void copyText(textOf(button)).then((done) => {
      const said = t(done ? 'copied' : 'copyFailed');
      announce(said);
      if (!done) return;
      label.textContent = said;
      button.setAttribute('data-copied', '');
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        label.textContent = usual;
        button.removeAttribute('data-copied');
      }, SAID_MS);
    });
  });
}
