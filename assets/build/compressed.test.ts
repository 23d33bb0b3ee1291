import { brotliDecompressSync, gunzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { copies } from './compressed.ts';

test('a copy holds what its file holds', () => {
  const content = Buffer.from('body { color: red }\n'.repeat(200));
  const [brotli, gzip] = copies('main-abc.css', content);
  expect(brotli?.name).toBe('main-abc.css.br');
  expect(gzip?.name).toBe('main-abc.css.gz');
  expect(brotliDecompressSync(brotli!.content)).toEqual(content);
  expect(gunzipSync(gzip!.content)).toEqual(content);
  expect(brotli!.content.length).toBeLessThan(content.length);
});

test('small files, fonts and copies get no copy', () => {
  const long = Buffer.alloc(5000);
  expect(copies('a.css', Buffer.alloc(100))).toEqual([]);
  expect(copies('a.woff2', long)).toEqual([]);
  expect(copies('a.js.br', long)).toEqual([]);
});
