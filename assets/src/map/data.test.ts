import { expect, test } from 'vitest';

import { boundsOf, fullBounds, meet, pointFeatures, readPlaces, shapeFeatures, titleOf, viewBounds, type Bounds } from './data.ts';
import { placesIn, MAX_LISTED } from './list.ts';

const point = (lon: number, lat: number, properties: object | null = {}) => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [lon, lat] },
  properties,
});
const collection = (...features: object[]) => ({ type: 'FeatureCollection', features });

test('records without a place are counted and left out', () => {
  const data = readPlaces(collection(point(2, 48, { nom: 'a' }), { type: 'Feature', geometry: null, properties: {} }, point(2, 99)));
  expect(data.places).toHaveLength(1);
  expect(data).toMatchObject({ without: 2, received: 3 });
});

test.each([null, {}, [], { type: 'Feature' }, { type: 'FeatureCollection' }])('%j is not a feature collection', (body) => {
  expect(() => readPlaces(body)).toThrow('feature collection');
});

test('bounds hold every position of any geometry', () => {
  expect(boundsOf({ type: 'MultiPolygon', coordinates: [[[[0, 1], [2, 3], [0, 1]]], [[[-5, 8], [1, 1], [-5, 8]]]] })).toEqual([-5, 1, 2, 8]);
  const parts = { type: 'GeometryCollection' as const, geometries: [{ type: 'Point' as const, coordinates: [7, 7] }, { type: 'LineString' as const, coordinates: [[1, 2], [3, 4]] }] };
  expect(boundsOf(parts)).toEqual([1, 2, 7, 7]);
  expect(boundsOf({ type: 'Point', coordinates: [] })).toBeNull();
});

test('points go to the clusters, everything else to the shapes, each knowing its record', () => {
  const line = { type: 'Feature', geometry: { type: 'LineString', coordinates: [[0, 0], [1, 1]] }, properties: { nom: 'ligne' } };
  const { places } = readPlaces(collection(point(1, 1), line, point(2, 2)));
  expect(pointFeatures(places).features.map((feature) => feature.properties.index)).toEqual([0, 2]);
  expect(shapeFeatures(places).features.map((feature) => feature.properties.index)).toEqual([1]);
});

test('the first view leaves a few distant places out, the full one does not', () => {
  const near = Array.from({ length: 300 }, (_, index) => point(2 + index / 1000, 47 + index / 1000));
  const { places } = readPlaces(collection(...near, point(-61, 16), point(55, -21)));
  const [west, south, east, north] = viewBounds(places) as Bounds;
  expect(west).toBeGreaterThan(1.9);
  expect(south).toBeGreaterThan(46.9);
  expect(east).toBeLessThan(2.4);
  expect(north).toBeLessThan(47.4);
  expect(fullBounds(places)).toEqual([-61, -21, 55, 47.299]);
});

test('of a few places the first view leaves none out', () => {
  const { places } = readPlaces(collection(point(2, 48), point(-61, 16)));
  expect(viewBounds(places)).toEqual([-61, 16, 2, 48]);
  expect(viewBounds([])).toBeNull();
});

test('bounds that touch meet', () => {
  expect(meet([0, 0, 1, 1], [1, 1, 2, 2])).toBe(true);
  expect(meet([0, 0, 1, 1], [1.1, 0, 2, 1])).toBe(false);
});

test('a place is called by its title field, else by its first text', () => {
  const [place] = readPlaces(collection(point(0, 0, { code: 12, nom: 'Olivet', vide: '' }))).places;
  expect(titleOf(place!, 'nom', '?')).toBe('Olivet');
  expect(titleOf(place!, undefined, '?')).toBe('Olivet');
  expect(titleOf(place!, 'code', '?')).toBe('12');
  const [bare] = readPlaces(collection(point(0, 0, null))).places;
  expect(titleOf(bare!, 'nom', '?')).toBe('?');
});

test('the list is cut, its count is not', () => {
  const { places } = readPlaces(collection(...Array.from({ length: 80 }, (_, index) => point(index / 10, 40))));
  expect(placesIn(places, null)).toMatchObject({ count: 80 });
  expect(placesIn(places, null).listed).toHaveLength(MAX_LISTED);
  expect(placesIn(places, [0, 39, 0.95, 41]).count).toBe(10);
});
