/**
 * The API console: turns a form into a request of the public API, runs it here, and shows the answer with the same
 * request as code. Without scripts the form itself goes to the API.
 *
 * The form is `data-island="console"`, GET, with fields named as the API's parameters; a submit button may have its
 * own `formaction`. The answer goes into the element named by `data-result`, else after the form.
 */
import './console.css';

import { h, announce, freshId, reason } from '../lib/dom.ts';
import { formatBytes, formatDuration } from '../lib/format.ts';
import { pieces, pretty } from '../lib/json.ts';
import { snippets } from '../lib/snippets.ts';
import { formUrl } from '../lib/url.ts';
import { pageLanguage, t } from '../texts/index.ts';
import { mount as mountCopy } from './copy.ts';

/** Most characters of an answer that are shown; the rest can be opened in a tab. */
const MAX_SHOWN = 60_000;

/** What came back. */
interface Answer {
  status: string;
  ok: boolean;
  milliseconds: number;
  bytes: number;
  type: string;
  text: string | null;
}

async function run(url: string, signal: AbortSignal): Promise<Answer> {
  const start = performance.now();
  const response = await fetch(url, { signal });
  const body = await response.arrayBuffer();
  const milliseconds = performance.now() - start;
  const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
  const readable = /json|text|xml|csv/.test(type);
  return {
    status: `${response.status} ${response.statusText}`.trim(),
    ok: response.ok,
    milliseconds,
    bytes: body.byteLength,
    type,
    text: readable ? new TextDecoder().decode(body) : null,
  };
}

function copyButton(label: string, text: string, name: string): HTMLButtonElement {
  const button = h('button', { type: 'button', class: 'button button--quiet', 'data-copy': text, 'aria-label': name });
  button.append(h('span', { 'data-copy-label': true }, label));
  mountCopy(button);
  return button;
}

function highlighted(text: string): HTMLElement {
  const code = h('code');
  for (const piece of pieces(text)) {
    code.append(piece.kind === 'plain' ? piece.text : h('span', { class: `json-${piece.kind}` }, piece.text));
  }
  return code;
}

/** A scrolling block of code that the keyboard can reach. */
function codeBlock(label: string, code: Node): HTMLElement {
  const pre = h('pre', { class: 'console-code', tabindex: 0, role: 'region', 'aria-label': label });
  pre.append(code);
  return pre;
}

function answerBody(answer: Answer): Node[] {
  const language = pageLanguage();
  if (answer.text === null) {
    return [h('p', {}, t('consoleBinary', { type: answer.type, size: formatBytes(answer.bytes, language) }))];
  }
  const shown = answer.text.slice(0, MAX_SHOWN);
  const json = answer.type.includes('json') && !answer.type.includes('jsonl') && !answer.type.includes('ndjson');
  const nodes: Node[] = [codeBlock(t('consoleResult'), json ? highlighted(pretty(shown)) : h('code', {}, shown))];
  if (shown.length < answer.text.length) {
    const count = new Intl.NumberFormat(language);
    const lengths = { shown: count.format(shown.length), count: count.format(answer.text.length) };
    nodes.push(h('p', {}, t('consoleTruncated', lengths)));
  }
  return nodes;
}

function snippetSection(url: string, needsKey: boolean): HTMLElement {
  const section = h('div', { class: 'console-snippets' }, h('h3', {}, t('consoleSnippets')));
  for (const snippet of snippets({ url, needsKey })) {
    const name = t('consoleCopySnippet', { language: snippet.label });
    section.append(
      h(
        'details',
        { open: snippet.id === 'curl' },
        h('summary', {}, snippet.label),
        h('div', { class: 'console-line' }, copyButton(t('copy'), snippet.code, name)),
        codeBlock(snippet.label, h('code', {}, snippet.code)),
      ),
    );
  }
  return section;
}

/** The console of one form. */
class Console {
  private request: AbortController | null = null;
  private readonly out: HTMLElement;

  constructor(private readonly form: HTMLFormElement) {
    const named = form.dataset['result'] === undefined ? null : document.querySelector<HTMLElement>(form.dataset['result']);
    this.out = named ?? h('div', { id: freshId('console') });
    this.out.classList.add('console-answer');
    if (named === null) form.after(this.out);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.send(this.address(event.submitter));
    });
  }

  private address(submitter: HTMLElement | null): string {
    const action = submitter?.getAttribute('formaction') ?? this.form.getAttribute('action') ?? location.href;
    const entries = [...new FormData(this.form).entries()].flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    );
    return new URL(formUrl(action, entries), location.href).href;
  }

  private async send(url: string): Promise<void> {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    const status = h('p', { class: 'console-status' }, t('consoleRunning'));
    const body = h('div', { 'aria-busy': 'true' });
    this.out.replaceChildren(this.urlLine(url), status, body);
    announce(t('consoleRunning'));
    try {
      const answer = await run(url, request.signal);
      status.textContent = this.statusText(answer);
      status.dataset['ok'] = answer.ok ? 'yes' : 'no';
      body.replaceChildren(...answerBody(answer));
    } catch (error) {
      if (request.signal.aborted) return;
      status.textContent = t('consoleFailed', { reason: reason(error) });
      status.dataset['ok'] = 'no';
    }
    body.removeAttribute('aria-busy');
    announce(status.textContent ?? '');
    this.out.append(snippetSection(url, this.form.dataset['needsKey'] !== undefined));
  }

  private statusText(answer: Answer): string {
    const language = pageLanguage();
    const duration = formatDuration(answer.milliseconds, language);
    return t('consoleStatus', { status: answer.status, duration, size: formatBytes(answer.bytes, language) });
  }

  private urlLine(url: string): HTMLElement {
    const link = h('a', { href: url, target: '_blank', rel: 'noopener' }, t('consoleOpen'));
    return h(
      'div',
      {},
      h('h3', {}, t('consoleUrl')),
      h('div', { class: 'console-line' }, h('code', { class: 'console-url' }, url), copyButton(t('copy'), url, t('consoleCopyUrl')), link),
    );
  }
}

/** Sets the console of a form up. */
export function mount(element: HTMLElement): void {
  if (!(element instanceof HTMLFormElement)) throw new Error('a console must be a <form> element');
  new Console(element);
}
