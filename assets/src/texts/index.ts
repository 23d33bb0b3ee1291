/** Looks texts up in the language of the page (`<html lang>`), French when it has none of ours. */
import { en } from './en.ts';
import { eu } from './eu.ts';
import { fr, type TextKey, type Texts } from './fr.ts';

export type { TextKey, Texts } from './fr.ts';

/** The languages that have texts. */
export const languages: Record<string, Texts> = { fr, en, eu };

/** Base of the keys that have a `_one` and an `_other` form. */
export type CountKey = { [K in TextKey]: K extends `${infer Base}_other` ? Base : never }[TextKey];

/** A text with the values of its `{places}` filled in. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** The language of the islands for a language tag such as `fr-FR`. */
export function languageOf(tag: string): string {
  const base = tag.toLowerCase().split('-')[0] ?? '';
  return base in languages ? base : 'fr';
}

/** The language of the page. */
export function pageLanguage(): string {
  return languageOf(document.documentElement.lang);
}

/** The text of a key, in the language of the page unless told. */
export function t(key: TextKey, values: Record<string, string> = {}, language = pageLanguage()): string {
  return fill((languages[language] ?? fr)[key], values);
}

/** The text of a counted thing, in the plural form that the language wants. */
export function tCount(key: CountKey, count: number, language = pageLanguage()): string {
  const form = new Intl.PluralRules(language).select(count) === 'one' ? 'one' : 'other';
  return t(`${key}_${form}`, { count: new Intl.NumberFormat(language).format(count) }, language);
}
