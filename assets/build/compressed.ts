/** Writes a Brotli and a gzip copy beside each built file that gets smaller by it, so that the server compresses nothing. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import type { Plugin } from 'vite';

const WORTH = new Set(['.js', '.css', '.json', '.svg']);

/** Below this size a copy saves less than one packet. */
const SMALLEST = 1024;

/** The copies of one file; none when the file is small or of a kind that is compressed already. */
export function copies(name: string, content: Buffer): { name: string; content: Buffer }[] {
  if (!WORTH.has(extname(name)) || content.length < SMALLEST) return [];
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  return [
    { name: `${name}.br`, content: brotliCompressSync(content, { params }) },
    { name: `${name}.gz`, content: gzipSync(content, { level: 9 }) },
  ];
}

/** The Vite plugin: works on what was written, whoever emitted it. */
export function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle(options) {
      const folder = options.dir;
      if (folder === undefined) return;
      for (const file of readdirSync(folder, { withFileTypes: true })) {
        if (!file.isFile()) continue;
        for (const copy of copies(file.name, readFileSync(join(folder, file.name)))) {
          writeFileSync(join(folder, copy.name), copy.content);
        }
      }
    },
  };
}
