import { expect, test } from 'vitest';

import { formatBytes, formatDuration, formatValue } from './format.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test('sizes and durations are written as the language does', () => {
  expect(plain(formatBytes(0, 'en'))).toBe('0 byte');
  expect(plain(formatBytes(1536, 'fr'))).toBe('1,5 ko');
  expect(plain(formatBytes(12_345_678, 'en'))).toBe('12 MB');
  expect(plain(formatDuration(34.4, 'fr'))).toBe('34 ms');
  expect(plain(formatDuration(2345, 'en'))).toBe('2.3 sec');
});

test('values are written by their type', () => {
  expect(plain(formatValue(1234567.5, 'double', 'fr'))).toBe('1 234 567,5');
  expect(formatValue('2024-02-29', 'date', 'fr')).toBe('29 février 2024');
  expect(formatValue('not a day', 'date', 'fr')).toBe('not a day');
  expect(formatValue('nonsense', 'datetime', 'fr')).toBe('nonsense');
  expect(formatValue(true, 'boolean', 'en')).toBe('yes');
  expect(formatValue(false, 'boolean', 'eu')).toBe('ez');
  expect(formatValue(['a', 'b'], 'text', 'fr')).toBe('a, b');
  expect(formatValue(null, 'text', 'fr')).toBe('');
  expect(formatValue({ a: 1 }, 'json_blob', 'fr')).toBe('{"a":1}');
});

test('a code with leading zeros stays text', () => {
  expect(formatValue('01001', 'text', 'fr')).toBe('01001');
});
