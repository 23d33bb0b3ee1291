/**
 * Builds one SVG file of the icons in use, so that a page shows an icon with
 * `<svg><use href="/static/icons-….svg#name"></use></svg>`.
 *
 * The icons are those of `icons.txt` and those that a template asks for with `icon("name"…)`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import type { Plugin } from 'vite';

const ICON_CALL = /\bicon\(\s*["']([a-z0-9-]+)["']/g;

/** Names in a list file: one a line, `#` starts a comment. */
export function listedIcons(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

/** Names that the text of a template asks for. */
export function templateIcons(text: string): string[] {
  return [...text.matchAll(ICON_CALL)].map((match) => match[1] as string);
}

/** Turns one Lucide file into a `<symbol>`; strokes follow the colour of the text. */
export function symbolOf(name: string, svg: string): string {
  const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg)?.[1];
  if (inner === undefined) throw new Error(`the icon ${name} is not an SVG file`);
  const shape = inner.replace(/\s+/g, ' ').replace(/> </g, '><').trim();
  return (
    `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
    `stroke-linecap="round" stroke-linejoin="round">${shape}</symbol>`
  );
}

function templateFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(html|jinja|j2)$/.test(name))
    .map((name) => join(folder, name));
}

/** Builds the sprite of the named icons, sorted, without repeats. */
export function sprite(names: Iterable<string>, iconFolder: string): string {
  const symbols = [...new Set(names)].sort().map((name) => {
    const file = join(iconFolder, `${name}.svg`);
    if (!existsSync(file)) throw new Error(`lucide-static has no icon named "${name}": mend icons.txt or the template`);
    return symbolOf(name, readFileSync(file, 'utf8'));
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`;
}

/** The Vite plugin: emits the sprite, listed in the manifest as `icons.svg`. */
export function iconSprite(options: { list: string; templates: string }): Plugin {
  const icons = join(dirname(createRequire(import.meta.url).resolve('lucide-static/package.json')), 'icons');
  return {
    name: 'icon-sprite',
    apply: 'build',
    buildStart() {
      const files = templateFiles(options.templates);
      for (const file of [options.list, ...files]) this.addWatchFile(file);
      const names = [
        ...listedIcons(readFileSync(options.list, 'utf8')),
        ...files.flatMap((file) => templateIcons(readFileSync(file, 'utf8'))),
      ];
      this.emitFile({ type: 'asset', name: 'icons.svg', originalFileName: 'icons.svg', source: sprite(names, icons) });
    },
  };
}
