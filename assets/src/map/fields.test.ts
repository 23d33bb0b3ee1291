import { expect, test } from 'vitest';

import { selectedFields } from './fields.ts';

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
