import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { expect, test } from 'vitest';

import { pointFeatures, shapeFeatures } from './data.ts';
import { luminance, mapStyle, palette, readableOn } from './style.ts';

const data = { points: pointFeatures([]), shapes: shapeFeatures([]) };
const base = { basemap: '/static/basemap.json', departements: '/static/departements.json', places: '/static/places.json' };

test.each([[false, base], [true, base], [false, {}]])('the style is valid (dark %s, base map %j)', (dark, files) => {
  expect(validateStyleMin(mapStyle({ base: files }, palette(dark, '#1f5fa8'), data, 'eu'))).toEqual([]);
});

test('the style asks for nothing but our own files', () => {
  const style = mapStyle({ base }, palette(false, '#1f5fa8'), data, 'fr');
  expect(style.glyphs).toBeUndefined();
  expect(style.sprite).toBeUndefined();
  expect(JSON.stringify(style)).not.toMatch(/https?:/);
});

test('tiles lie under the records instead of the base map', () => {
  const tiles = { template: 'https://tiles.example/{z}/{x}/{y}.png', attribution: '© x', maxZoom: 19 };
  const style = mapStyle({ base, tiles }, palette(false, '#1f5fa8'), data, 'fr');
  expect(validateStyleMin(style)).toEqual([]);
  expect(style.layers.map(({ id }) => id)).toContain('tiles');
  expect(Object.keys(style.sources)).toEqual(['points', 'shapes', 'tiles']);
});

test('what is written on the accent can be read', () => {
  expect(readableOn('#ffffff')).toBe('#000000');
  expect(readableOn('#1f5fa8')).toBe('#ffffff');
  expect(readableOn('#7db8f5')).toBe('#000000');
  expect(luminance('#000000')).toBe(0);
  expect(luminance('#ffffff')).toBeCloseTo(1);
});
