/** Code that makes a request of the API, for people to paste. Every value is quoted for its language. */

/** What a snippet asks for. */
export interface Request {
  /** Absolute address, query included. */
  url: string;
  /** Whether the reader must bring an API key. */
  needsKey: boolean;
}

/** A snippet and the language it is in. */
export interface Snippet {
  id: 'curl' | 'python' | 'javascript';
  label: string;
  code: string;
}

const KEY = 'YOUR_API_KEY';

/** A text in single quotes for a POSIX shell. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A text literal of Python. */
export function pythonString(text: string): string {
  const inner = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${inner}"`;
}

/** A text literal of JavaScript, safe on one line. */
export function javascriptString(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function split(url: string): { base: string; pairs: [string, string][] } {
  const at = url.indexOf('?');
  if (at < 0) return { base: url, pairs: [] };
  return { base: url.slice(0, at), pairs: [...new URLSearchParams(url.slice(at + 1))] };
}

const TEXT_FORMATS = new Set(['csv', 'jsonl']);
const BINARY_FORMATS = new Set(['parquet', 'xlsx', 'shp']);

/** How the answer of an address is read: as JSON unless its path names an export format that is not. */
export function bodyOf(url: string): 'json' | 'text' | 'bytes' {
  const format = /\/exports\/([a-z0-9_]+)\/?$/.exec(split(url).base)?.[1] ?? 'json';
  if (TEXT_FORMATS.has(format)) return 'text';
  return BINARY_FORMATS.has(format) ? 'bytes' : 'json';
}

/** The request as a `curl` command. */
export function curl(request: Request): string {
  const { base, pairs } = split(request.url);
  const lines = [pairs.length > 0 ? `curl --get ${shellQuote(base)}` : `curl ${shellQuote(base)}`];
  if (request.needsKey) lines.push(`--header ${shellQuote(`Authorization: Apikey ${KEY}`)}`);
  for (const [name, value] of pairs) lines.push(`--data-urlencode ${shellQuote(`${name}=${value}`)}`);
  return lines.join(' \\\n  ');
}

/** The request in Python, with the `requests` package. */
export function python(request: Request): string {
  const { base, pairs } = split(request.url);
  const lines = ['import requests', '', 'response = requests.get(', `    ${pythonString(base)},`];
  if (pairs.length > 0) {
    lines.push('    params=[');
    for (const [name, value] of pairs) lines.push(`        (${pythonString(name)}, ${pythonString(value)}),`);
    lines.push('    ],');
  }
  if (request.needsKey) lines.push(`    headers={"Authorization": "Apikey ${KEY}"},`);
  const body = { json: 'response.json()', text: 'response.text', bytes: 'len(response.content)' }[bodyOf(request.url)];
  lines.push('    timeout=30,', ')', 'response.raise_for_status()', `print(${body})`);
  return lines.join('\n');
}

/** The request in JavaScript, with `fetch`. */
export function javascript(request: Request): string {
  const { base, pairs } = split(request.url);
  const lines = [`const url = new URL(${javascriptString(base)});`];
  for (const [name, value] of pairs) {
    lines.push(`url.searchParams.append(${javascriptString(name)}, ${javascriptString(value)});`);
  }
  const body = { json: 'json', text: 'text', bytes: 'arrayBuffer' }[bodyOf(request.url)];
  const options = request.needsKey ? `, { headers: { Authorization: "Apikey ${KEY}" } }` : '';
  lines.push(
    `const response = await fetch(url${options});`,
    'if (!response.ok) throw new Error(await response.text());',
    `console.log(await response.${body}());`,
  );
  return lines.join('\n');
}

/** The request in every language. */
export function snippets(request: Request): Snippet[] {
  return [
    { id: 'curl', label: 'curl', code: curl(request) },
    { id: 'python', label: 'Python', code: python(request) },
    { id: 'javascript', label: 'JavaScript', code: javascript(request) },
  ];
}
