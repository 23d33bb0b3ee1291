/**
 * Follows links and forms of a page by fetching the same page and swapping the parts that changed.
 *
 * The server's HTML stays the only source of what is shown: each element with an id and `data-swap` is replaced by
 * the element of that id in the fetched page. Addresses go through the history, so Back, reload and sharing work.
 * Whatever does not fit (another page, an error, a network failure) is left to the browser.
 */
import { t } from '../texts/index.ts';
import { openPanels, refreshAround, restorePanels } from './carry.ts';
import { announce } from './dom.ts';
import { moveTo, rememberFocus, restoreFocus } from './focus.ts';
import { formUrl } from './url.ts';

/** Sent on `document` after a swap; `detail` is the list of new elements, which may hold islands. */
export const SWAPPED = 'parvis:swapped';

/** How long typing must rest before it searches, in milliseconds. */
const TYPING_REST_MS = 250;

/**
 * What asked for a change: typing replaces its own history entries, Back adds none, and a link to another page of the
 * results leads to their beginning, as a new page would.
 */
type Cause = 'link' | 'paging' | 'form' | 'typing' | 'back';

function swappable(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('[data-swap][id]')];
}

/** Whether a click is meant for this window and nothing has taken it yet. */
function plainClick(event: MouseEvent): boolean {
  return !event.defaultPrevented && event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}

function samePage(url: URL): boolean {
  return url.origin === location.origin && url.pathname === location.pathname;
}

/** Text for screen readers: the first `data-announce` of the new parts. */
function announcement(parts: readonly HTMLElement[]): string {
  for (const part of parts) {
    const found = part.matches('[data-announce]') ? part : part.querySelector('[data-announce]');
    const text = found?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
    if (text !== '') return text;
  }
  return '';
}

/** The live parts of one page. */
class LivePage {
  private request: AbortController | null = null;
  private timer = 0;
  private typed = false;
  private shown = location.href.split('#')[0];

  start(): void {
    document.addEventListener('click', (event) => this.onClick(event));
    document.addEventListener('submit', (event) => this.onSubmit(event));
    document.addEventListener('input', (event) => this.onInput(event));
    document.addEventListener('change', (event) => this.onChange(event));
    window.addEventListener('popstate', () => this.onBack());
  }

  /** Moves between fragments of one page pop the history too, and change nothing here. */
  private onBack(): void {
    if (location.href.split('#')[0] !== this.shown) void this.visit(new URL(location.href), 'back');
  }

  private onClick(event: MouseEvent): void {
    if (!plainClick(event) || !(event.target instanceof Element)) return;
    const link = event.target.closest<HTMLAnchorElement>('a[href]');
    if (link === null || link.closest('[data-swap]') === null) return;
    if (link.target !== '' || link.hasAttribute('download')) return;
    const url = new URL(link.href);
    if (!samePage(url) || url.hash !== '') return;
    event.preventDefault();
    void this.visit(url, link.closest('nav') === null ? 'link' : 'paging');
  }

  private onSubmit(event: SubmitEvent): void {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || !this.owns(form)) return;
    event.preventDefault();
    this.submit(form, 'form', event.submitter);
  }

  private onInput(event: Event): void {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !['search', 'text', 'number'].includes(input.type)) return;
    const form = input.form;
    if (form === null || !this.owns(form)) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.submit(form, 'typing', null), TYPING_REST_MS);
  }

  private onChange(event: Event): void {
    const control = event.target;
    const chosen = control instanceof HTMLSelectElement || (control instanceof HTMLInputElement && /^(checkbox|radio|date)$/.test(control.type));
    if (!chosen || control.form === null || !this.owns(control.form)) return;
    this.submit(control.form, 'form', null);
  }

  /** A live form is a GET form of this page that says `data-live`. */
  private owns(form: HTMLFormElement): boolean {
    return form.hasAttribute('data-live') && form.method === 'get' && samePage(new URL(form.action, location.href));
  }

  private submit(form: HTMLFormElement, cause: Cause, submitter: HTMLElement | null): void {
    clearTimeout(this.timer);
    const entries = [...new FormData(form, submitter).entries()].flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    );
    const url = new URL(formUrl(form.action, entries), location.href);
    if (cause === 'typing' && url.href === location.href) return;
    void this.visit(url, cause);
  }

  /** Fetches `url` and shows its parts; a newer visit ends an older one. */
  private async visit(url: URL, cause: Cause): Promise<void> {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    for (const part of swappable(document)) part.setAttribute('aria-busy', 'true');
    try {
      const response = await fetch(url, { headers: { Accept: 'text/html' }, signal: request.signal });
      const html = response.headers.get('content-type')?.startsWith('text/html') === true;
      if (!html || !samePage(new URL(response.url))) throw new Error(`unexpected answer ${response.status}`);
      const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
      if (request.signal.aborted) return;
      this.show(fresh, url, cause);
    } catch (error) {
      if (request.signal.aborted) return;
      this.giveUp(url, cause, error);
    }
  }

  private show(fresh: Document, url: URL, cause: Cause): void {
    const old = swappable(document);
    const pairs = old.map((part) => [part, fresh.getElementById(part.id)] as const);
    if (pairs.length === 0 || pairs.some(([, next]) => next === null)) throw new Error('the answer lacks a part of this page');
    this.record(url, cause);
    document.title = fresh.title;
    const holder = old.findIndex((part) => part.contains(document.activeElement));
    const focus = rememberFocus(old, cause === 'typing');
    const panels = openPanels(old);
    const parts = pairs.flatMap(([part, next]) => {
      if (next === null) return [];
      const copy = document.importNode(next, true);
      part.replaceWith(copy);
      return [copy];
    });
    restorePanels(parts, panels);
    refreshAround(fresh, cause === 'typing' ? document.activeElement : null);
    const part = parts[Math.max(holder, 0)];
    if (cause === 'paging' && part !== undefined) moveTo(part);
    else restoreFocus(focus, part);
    document.dispatchEvent(new CustomEvent(SWAPPED, { detail: parts }));
    announce(announcement(parts));
  }

  /** One history entry for a link or a form, one for a whole burst of typing, none for Back. */
  private record(url: URL, cause: Cause): void {
    const again = url.href === location.href || (cause === 'typing' && this.typed);
    if (cause !== 'back' && again) history.replaceState(history.state, '', url);
    else if (cause !== 'back') history.pushState(null, '', url);
    this.typed = cause === 'typing';
    this.shown = location.href.split('#')[0];
  }

  private giveUp(url: URL, cause: Cause, error: unknown): void {
    if (cause !== 'typing') {
      location.assign(url);
      return;
    }
    console.warn('live update', error);
    for (const part of swappable(document)) part.removeAttribute('aria-busy');
    announce(t('updateFailed'));
  }
}

let page: LivePage | null = null;

/** Makes the page live; asking twice changes nothing. */
export function startLivePage(): void {
  if (page !== null) return;
  page = new LivePage();
  page.start();
}
