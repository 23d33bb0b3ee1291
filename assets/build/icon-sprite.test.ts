import { expect, test } from 'vitest';

import { listedIcons, symbolOf, templateIcons } from './icon-sprite.ts';

test('the list has one name a line and comments', () => {
  expect(listedIcons('# all\nmap\n\n table # the tab\n')).toEqual(['map', 'table']);
});

test('a template asks for icons by a call', () => {
  expect(templateIcons(`{{ icon("map-pin") }} {{ ui.icon('x', class="a") }} {{ lexicon("no") }}`)).toEqual(['map-pin', 'x']);
});

test('an icon becomes a symbol that takes the colour of the text', () => {
  const symbol = symbolOf('dot', '<!-- c --><svg class="x" stroke="red"\n>\n  <circle cx="1" />\n  <path d="M1 1" />\n</svg>');
  expect(symbol).toContain('<symbol id="dot"');
  expect(symbol).toContain('stroke="currentColor"');
  expect(symbol).toContain('><circle cx="1" /><path d="M1 1" /></symbol>');
  expect(() => symbolOf('none', 'text')).toThrow('not an SVG');
});
