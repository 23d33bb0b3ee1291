import { execFileSync } from 'node:child_process';

import { expect, test } from 'vitest';

import { bodyOf, curl, javascript, javascriptString, python, pythonString, shellQuote, snippets } from './snippets.ts';

const NASTY = `l'été "chaud" \\ $HOME \`id\` \n%20&+é😀\u2028`;
const request = { url: `http://orleans.localhost/api/records?${new URLSearchParams({ where: NASTY, limit: '2' })}`, needsKey: false };

test('a shell reads back what was quoted for it', () => {
  expect(execFileSync('sh', ['-c', `printf %s ${shellQuote(NASTY)}`], { encoding: 'utf8' })).toBe(NASTY);
});

test('Python reads back what was quoted for it', () => {
  const script = `import sys; sys.stdout.buffer.write(${pythonString(NASTY)}.encode("utf-8"))`;
  expect(execFileSync('python3', ['-c', script], { encoding: 'utf8' })).toBe(NASTY);
});

test('JavaScript reads back what was quoted for it', () => {
  const written = javascriptString(NASTY);
  expect(written).not.toContain('\u2028');
  expect(JSON.parse(written)).toBe(NASTY);
});

test('curl gets each parameter by itself, to encode it', () => {
  expect(curl({ url: 'http://h/api?where=a%3D%27b%27&limit=2', needsKey: false })).toBe(
    ["curl --get 'http://h/api' \\", "  --data-urlencode 'where=a='\\''b'\\''' \\", "  --data-urlencode 'limit=2'"].join('\n'),
  );
  expect(curl({ url: 'http://h/api', needsKey: true })).toBe(
    "curl 'http://h/api' \\\n  --header 'Authorization: Apikey YOUR_API_KEY'",
  );
});

test('the Python snippet compiles', () => {
  const code = python({ ...request, needsKey: true });
  expect(code).toContain('headers={"Authorization": "Apikey YOUR_API_KEY"}');
  execFileSync('python3', ['-c', 'import sys; compile(sys.stdin.read(), "snippet", "exec")'], { input: code });
});

test('the JavaScript snippet asks for the very address', async () => {
  const asked: string[] = [];
  const fetch = (url: URL) => {
    asked.push(url.href);
    return Promise.resolve(new Response('{}'));
  };
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
  await AsyncFunction('fetch', 'console', javascript(request))(fetch, { log: () => undefined });
  expect(new URL(asked[0] ?? '').searchParams.get('where')).toBe(NASTY);
});

test('an export is read as what it is', () => {
  expect(bodyOf('/datasets/a/exports/csv?limit=1')).toBe('text');
  expect(bodyOf('/datasets/a/exports/parquet')).toBe('bytes');
  expect(bodyOf('/datasets/a/exports/geojson')).toBe('json');
  expect(python({ url: 'http://h/datasets/a/exports/csv', needsKey: false })).toContain('print(response.text)');
});

test('there is one snippet for each language', () => {
  expect(snippets(request).map((snippet) => snippet.id)).toEqual(['curl', 'python', 'javascript']);
});
