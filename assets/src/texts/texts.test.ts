import { expect, test } from 'vitest';

import { fill, languageOf, languages, t, tCount } from './index.ts';
import { fr, type TextKey } from './fr.ts';

const slots = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test.each(Object.keys(languages))('every text of %s has the places of the French one', (language) => {
  const texts = languages[language] ?? fr;
  for (const key of Object.keys(fr) as TextKey[]) {
    expect(texts[key].trim(), `${language} ${key}`).not.toBe('');
    expect(slots(texts[key]), `${language} ${key}`).toEqual(slots(fr[key]));
  }
});

test('the language of a page is found, French when we have no texts in it', () => {
  expect(languageOf('en-GB')).toBe('en');
  expect(languageOf('EU')).toBe('eu');
  expect(languageOf('br')).toBe('fr');
  expect(languageOf('')).toBe('fr');
});

test('places that have no value stay as they are', () => {
  expect(fill('{a} et {b}', { a: '1' })).toBe('1 et {b}');
});

test('counts take the plural of the language', () => {
  expect(tCount('mapCount', 0, 'fr')).toBe('0 lieu sur la carte');
  expect(tCount('mapCount', 0, 'en')).toBe('0 places on the map');
  expect(tCount('mapCount', 1, 'en')).toBe('1 place on the map');
  expect(tCount('mapCount', 2, 'fr')).toBe('2 lieux sur la carte');
  expect(t('copy', {}, 'eu')).toBe('Kopiatu');
});
