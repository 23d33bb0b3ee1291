/**
 * Forms about cookies on pages that caches keep hold no token: the page asks for one when somebody clicks (R-PRF-07). If it
 * cannot, the form goes as it is, and the server asks again on a page that holds one.
 */
const FIELD = 'csrfmiddlewaretoken';

async function token(): Promise<string> {
  const response = await fetch('/csrf/', { headers: { Accept: 'application/json' } });
  const body = response.ok ? ((await response.json()) as Record<string, unknown>) : {};
  return String(body[FIELD] ?? '');
}

async function fill(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  const input = document.createElement('input');
  input.type = 'hidden';
  input.name = FIELD;
  input.value = await token().catch(() => '');
  // An empty token would say that the browser keeps no cookies.
  if (input.value !== '') form.append(input);
  form.requestSubmit(button);
}

/** Gives every form about cookies its token when it is sent. */
export function watchForms(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset['consent'] === undefined) return;
    const method = event.submitter?.getAttribute('formmethod') ?? form.method;
    if (method !== 'post' || form.dataset['asked'] !== undefined || form.elements.namedItem(FIELD) !== null) return;
    event.preventDefault();
    form.dataset['asked'] = '';
    void fill(form, event.submitter);
  });
  // A page brought back from memory shows the banner as it was before the choice: its style sheet is asked for again.
  window.addEventListener('pageshow', (event) => {
    for (const form of document.querySelectorAll<HTMLFormElement>('form[data-asked]')) delete form.dataset['asked'];
    const sheet = document.querySelector<HTMLLinkElement>('link[href^="/cookies/banner.css"]');
    if (event.persisted && sheet !== null) sheet.href = `/cookies/banner.css?again=${Date.now()}`;
  });
}
