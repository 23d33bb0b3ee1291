import { expect, test } from 'vitest';

import { featuresUrl, formUrl, parseLocation, printLocation, quoteField, withParameter } from './url.ts';

test('a place of the map survives being written and read', () => {
  const place = { zoom: 12.34, latitude: 47.90289, longitude: -1.9 };
  expect(printLocation(place)).toBe('12.34,47.90289,-1.9');
  expect(parseLocation(printLocation(place))).toEqual(place);
});

test.each([null, '', '1,2', '1,2,3,4', 'a,b,c', '5,91,0', '5,0,181', '-1,0,0', '5,,2', '99,1,1'])(
  'the malformed place %j is none',
  (text) => {
    expect(parseLocation(text)).toBeNull();
  },
);

test('setting a parameter keeps the others, their order and the fragment', () => {
  expect(withParameter('/a?x=1&y=2#z', 'x', '3')).toBe('/a?x=3&y=2#z');
  expect(withParameter('/a?x=1', 'x', '')).toBe('/a');
  expect(withParameter('/a', 'location', '4,46,2')).toBe('/a?location=4%2C46%2C2');
});

test('a form asks without its empty fields and replaces the query of its action', () => {
  expect(formUrl('/explore/?q=old#top', [['q', 'eau & gaz'], ['sort', ' '], ['refine', 'a'], ['refine', 'b']])).toBe(
    '/explore/?q=eau+%26+gaz&refine=a&refine=b',
  );
  expect(formUrl('/explore/?q=old', [['q', '']])).toBe('/explore/');
});

test('the features of a map keep the filters of the page and set fields and limit themselves', () => {
  const url = new URL(
    featuresUrl({ source: '/geojson', filters: 'where=a%3E1&refine=x%3Ay&refine=z%3Aw&limit=7&select=no', fields: ['nom', 'code postal'], place: 'geo', limit: 20 }),
    'http://host',
  );
  expect(url.searchParams.getAll('refine')).toEqual(['x:y', 'z:w']);
  expect(url.searchParams.getAll('where')).toEqual(['a>1', 'geo is not null']);
  expect(url.searchParams.get('select')).toBe('nom,`code postal`');
  expect(url.searchParams.getAll('limit')).toEqual(['20']);
});

test('without fields every field is asked for', () => {
  expect(featuresUrl({ source: '/geojson', filters: '', fields: [], place: undefined, limit: 5 })).toBe('/geojson?limit=5');
});

test('only names that are not plain words are quoted', () => {
  expect(quoteField('code_insee')).toBe('code_insee');
  expect(quoteField('été')).toBe('`été`');
  expect(quoteField('2024')).toBe('`2024`');
});
