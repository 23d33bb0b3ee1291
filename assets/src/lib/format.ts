/** Values as people of a language write them. */
import { t } from '../texts/index.ts';

/** A field of a dataset, as the page describes it to an island. */
export interface Field {
  name: string;
  label: string;
  type: string;
}

/** A size in bytes, in decimal units. */
export function formatBytes(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  let value = bytes;
  let step = 0;
  while (value >= 1000 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}

/** A duration given in milliseconds. */
export function formatDuration(milliseconds: number, language: string): string {
  const seconds = milliseconds >= 1000;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: seconds ? 'second' : 'millisecond',
    unitDisplay: 'short',
    maximumFractionDigits: seconds ? 1 : 0,
  }).format(seconds ? milliseconds / 1000 : milliseconds);
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

function formatDay(value: string, language: string): string {
  if (!DAY.test(value)) return value;
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${value}T00:00:00Z`));
}

function formatInstant(value: string, language: string): string {
  const instant = new Date(value);
  if (Number.isNaN(instant.getTime())) return value;
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(instant);
}

/** One value of a record as a text; an empty text when there is none. */
export function formatValue(value: unknown, type: string, language: string): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((item) => formatValue(item, type, language)).join(', ');
  if (typeof value === 'number') return new Intl.NumberFormat(language, { maximumFractionDigits: 6 }).format(value);
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no', {}, language);
  if (typeof value === 'string') {
    if (type === 'date') return formatDay(value, language);
    return type === 'datetime' ? formatInstant(value, language) : value;
  }
  return JSON.stringify(value);
}
