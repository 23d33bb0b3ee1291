import { expect, test } from 'vitest';

import { placeField, selectedFields } from './fields.ts';

test('the first fields are asked for, with the title and the places wherever they stand', () => {
  const fields = [
    ...Array.from({ length: 20 }, (_, index) => ({ name: `f${index}`, label: '', type: 'text' })),
    { name: 'nom', label: '', type: 'text' },
    { name: 'geo', label: '', type: 'geo_point_2d' },
  ];
  const selected = selectedFields(fields, 'nom');
  expect(selected).toHaveLength(8);
  expect(selected.slice(-2)).toEqual(['nom', 'geo']);
  expect(selected[0]).toBe('f0');
});

test('only a single field of places can be asked to have a value', () => {
  const [point, shape] = ['geo_point_2d', 'geo_shape'].map((type) => ({ name: type, label: '', type }));
  expect(placeField([point!])).toBe('geo_point_2d');
  expect(placeField([point!, shape!])).toBeUndefined();
  expect(placeField([])).toBeUndefined();
});
