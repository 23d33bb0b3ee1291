/** Which fields of a dataset a map asks for. */
import type { Field } from '../lib/format.ts';

/** Most fields that are fetched for the popups. */
const MAX_FIELDS = 8;

/** The fields to ask for: the first ones, with the title and every place among them. */
export function selectedFields(fields: readonly Field[], titleField: string | undefined): string[] {
  const needed = fields.filter((field) => field.name === titleField || field.type.startsWith('geo_'));
  const others = fields.filter((field) => !needed.includes(field)).slice(0, Math.max(0, MAX_FIELDS - needed.length));
  return fields.filter((field) => needed.includes(field) || others.includes(field)).map((field) => field.name);
}

/** The field that holds the places, when there is just one. */
export function placeField(fields: readonly Field[]): string | undefined {
  const places = fields.filter((field) => field.type.startsWith('geo_'));
  return places.length === 1 ? places[0]?.name : undefined;
}
