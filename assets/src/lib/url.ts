/** Addresses: the pages' own, and those of the public API. Pure, so that tests can hold them. */

/** A place of the map as the address of the page keeps it: `location=zoom,lat,lon`. */
export interface MapLocation {
  zoom: number;
  latitude: number;
  longitude: number;
}

/** Reads `zoom,lat,lon`; nothing when it is malformed or off the globe. */
export function parseLocation(text: string | null): MapLocation | null {
  const parts = (text ?? '').split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [zoom, latitude, longitude] = parts;
  if (parts.length !== 3 || zoom === undefined || latitude === undefined || longitude === undefined) return null;
  const sound = zoom >= 0 && zoom <= 24 && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return sound ? { zoom, latitude, longitude } : null;
}

/** Writes a place, to about a metre. */
export function printLocation(place: MapLocation): string {
  const round = (value: number, digits: number) => String(Number(value.toFixed(digits)));
  return [round(place.zoom, 2), round(place.latitude, 5), round(place.longitude, 5)].join(',');
}

/** `url` with one parameter set, or taken out when the value is empty; the order of the others stays. */
export function withParameter(url: string, name: string, value: string): string {
  const [path = '', fragment] = url.split('#');
  const [base = '', query = ''] = path.split('?');
  const search = new URLSearchParams(query);
  if (value === '') search.delete(name);
  else search.set(name, value);
  const text = search.toString();
  return base + (text === '' ? '' : `?${text}`) + (fragment === undefined ? '' : `#${fragment}`);
}

/** The address a GET form asks for, without its empty fields. */
export function formUrl(action: string, entries: Iterable<readonly [string, string]>): string {
  const search = new URLSearchParams();
  for (const [name, value] of entries) if (value.trim() !== '') search.append(name, value);
  const base = action.split(/[?#]/)[0] ?? '';
  const text = search.toString();
  return text === '' ? base : `${base}?${text}`;
}

/** How to ask for the features of a map. */
export interface FeatureQuery {
  /** Path of the GeoJSON export. */
  source: string;
  /** Filters of the page, as a query string (`where=…&refine=…`). */
  filters: string;
  /** Fields that a popup shows; none means all. */
  fields: readonly string[];
  /** The field that must have a value, so that records without a place are not fetched; none when several could. */
  place: string | undefined;
  /** Most features to fetch. */
  limit: number;
}

/** The address of a map's features. Names are quoted with backticks, as ODSQL allows any field name. */
export function featuresUrl(query: FeatureQuery): string {
  const search = new URLSearchParams(query.filters);
  for (const name of ['select', 'limit', 'offset']) search.delete(name);
  if (query.place !== undefined) search.append('where', `${quoteField(query.place)} is not null`);
  if (query.fields.length > 0) search.set('select', query.fields.map(quoteField).join(','));
  search.set('limit', String(query.limit));
  return `${query.source}?${search.toString()}`;
}

/** A field name as ODSQL takes it: quoted with backticks unless it is a plain word. */
export function quoteField(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) ? name : `\`${name}\``;
}
