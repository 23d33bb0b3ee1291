import { expect, test } from 'vitest';

import { pieces, pretty } from './json.ts';

const values = [
  {},
  [],
  [[]],
  { a: {}, b: [], c: [{}, 1.5e-7, null, true, 'x: {"y"}, [1]'] },
  { 'clé "citée"': 'a\\b\n' },
  'seul',
  -12,
];

test.each(values)('the layout of %j is that of JSON.stringify', (value) => {
  expect(pretty(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
  expect(pretty(JSON.stringify(value, null, 7))).toBe(JSON.stringify(value, null, 2));
});

test('a number too long for JavaScript stays as it was written', () => {
  expect(pretty('{"siret":12345678901234567890,"x":1.10}')).toBe('{\n  "siret": 12345678901234567890,\n  "x": 1.10\n}');
});

test('an answer cut short is laid out as far as it goes', () => {
  expect(pretty('{"a":[1,{"b":"text cut sh')).toBe('{\n  "a": [\n    1,\n    {\n      "b": "text cut sh');
});

test('the pieces joined are the text', () => {
  for (const value of values) {
    const text = JSON.stringify(value, null, 2);
    expect(pieces(text).map((piece) => piece.text).join('')).toBe(text);
  }
});

test('pieces tell keys from texts, numbers and literals', () => {
  expect(pieces('{"a": "b", "c": -1.5e3, "d": null}').filter((piece) => piece.kind !== 'plain')).toEqual([
    { kind: 'key', text: '"a"' },
    { kind: 'string', text: '"b"' },
    { kind: 'key', text: '"c"' },
    { kind: 'number', text: '-1.5e3' },
    { kind: 'key', text: '"d"' },
    { kind: 'literal', text: 'null' },
  ]);
});
