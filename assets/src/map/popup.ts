/** What a popup says of a record: its title and its fields, one under the other. */
import { h } from '../lib/dom.ts';
import { formatValue, type Field } from '../lib/format.ts';
import { t } from '../texts/index.ts';
import { titleOf, type Place } from './data.ts';

/** Values that would fill the popup are cut at this many characters. */
const MAX_VALUE = 240;

function shorten(text: string): string {
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE).trimEnd()}…` : text;
}

/** The fields to show: those the page describes, else whatever the record has. */
export function fieldsOf(place: Place, fields: readonly Field[]): Field[] {
  if (fields.length > 0) return fields.filter((field) => field.type !== 'geo_shape');
  return Object.keys(place.properties).map((name) => ({ name, label: name, type: 'text' }));
}

/** The contents of a popup. */
export function popupContents(place: Place, fields: readonly Field[], titleField: string | undefined, language: string): HTMLElement {
  const list = h('dl', { class: 'map-fields' });
  for (const field of fieldsOf(place, fields)) {
    const value = place.properties[field.name];
    const text = field.type === 'geo_point_2d' ? pointText(value, language) : formatValue(value, field.type, language);
    if (text === '' || field.name === titleField) continue;
    list.append(h('div', {}, h('dt', {}, field.label), h('dd', {}, shorten(text))));
  }
  return h('div', { class: 'map-record' }, h('p', { class: 'map-record-title' }, titleOf(place, titleField, t('mapPopupTitle'))), list);
}

function pointText(value: unknown, language: string): string {
  const point = value as { lat?: unknown; lon?: unknown } | null | undefined;
  if (typeof point?.lat !== 'number' || typeof point.lon !== 'number') return '';
  return `${formatValue(point.lat, 'double', language)} ; ${formatValue(point.lon, 'double', language)}`;
}
