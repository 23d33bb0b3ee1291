/**
 * The map of a dataset's records: points in clusters, shapes filled and outlined, on a base map of our own.
 *
 * The element is `data-island="map"` with `data-source` (path of the GeoJSON export), `data-query` (the filters as a
 * query string), `data-fields` (JSON list of name, label and type), `data-title-field`, `data-table-url` and
 * `data-total`; on a base map of tiles also `data-tiles`, `data-tiles-attribution` and
 * `data-tiles-zoom`. What it holds is shown without scripts and replaced here.
 */
import './map.css';

import { announce, h, reason } from '../lib/dom.ts';
import type { Field } from '../lib/format.ts';
import { featuresUrl, parseLocation } from '../lib/url.ts';
import { readPlaces, type MapData } from '../map/data.ts';
import { placeField, selectedFields } from '../map/fields.ts';
import type { Tiles } from '../map/style.ts';
import { MapView } from '../map/view.ts';
import { pageLanguage, t, tCount } from '../texts/index.ts';

/** Most features that a map shows; more would make weak devices stall. */
const MAX_FEATURES = 40_000;

/** What the page says of its map. */
interface MapSettings {
  source: string;
  filters: string;
  fields: Field[];
  titleField: string | undefined;
  tableUrl: string | undefined;
  /** Records that the filters find, with or without a place. */
  total: number | undefined;
  tiles: Tiles | undefined;
}

function tilesOf({ tiles, tilesAttribution, tilesZoom }: DOMStringMap): Tiles | undefined {
  if (tiles === undefined) return undefined;
  // The map takes attributions for HTML; this one is a text.
  const attribution = (tilesAttribution ?? '').replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  // The map's worker knows no page that a path could belong to.
  const template = tiles.startsWith('/') ? `${location.origin}${tiles}` : tiles;
  return { template, attribution, maxZoom: Number(tilesZoom) };
}

function settingsOf(element: HTMLElement): MapSettings {
  const { source, query, fields, titleField, tableUrl, total } = element.dataset;
  if (source === undefined) throw new Error('a map needs data-source, the path of its GeoJSON export');
  const described = fields === undefined || fields === '' ? [] : (JSON.parse(fields) as Field[]);
  return {
    source,
    filters: query ?? '',
    fields: described,
    titleField: titleField || undefined,
    tableUrl: tableUrl || undefined,
    total: total === undefined ? undefined : Number(total),
    tiles: tilesOf(element.dataset),
  };
}

async function fetchPlaces(settings: MapSettings): Promise<MapData> {
  const url = featuresUrl({
    source: settings.source,
    filters: settings.filters,
    fields: selectedFields(settings.fields, settings.titleField),
    place: placeField(settings.fields),
    limit: MAX_FEATURES,
  });
  const response = await fetch(url, { headers: { Accept: 'application/geo+json' } });
  if (!response.ok) throw new Error(await errorText(response));
  return readPlaces(await response.json());
}

/** The API's own words for what went wrong, else the status. */
async function errorText(response: Response): Promise<string> {
  const status = `${response.status} ${response.statusText}`.trim();
  const body: unknown = await response.json().catch(() => null);
  const message = body !== null && typeof body === 'object' ? (body as { message?: unknown }).message : null;
  return typeof message === 'string' ? message : status;
}

/** What the map holds, in words. */
function summary(data: MapData, total: number | undefined, language: string): string {
  if (data.places.length === 0) return t('mapEmpty');
  const parts = [tCount('mapCount', data.places.length)];
  const capped = data.received >= MAX_FEATURES;
  const without = total === undefined ? data.without : total - data.places.length;
  if (without > 0 && !capped) parts.push(tCount('mapWithoutPlace', without));
  if (capped) parts.push(t('mapCapped', { count: new Intl.NumberFormat(language).format(data.received) }));
  return parts.join(' · ');
}

/** Draws the map, or says why it cannot. */
export async function mount(element: HTMLElement): Promise<void> {
  const settings = settingsOf(element);
  const language = pageLanguage();
  const status = h('p', { class: 'map-status' }, t('mapLoading'));
  element.classList.add('map-view');
  element.replaceChildren(status);
  element.setAttribute('aria-busy', 'true');
  try {
    const data = await fetchPlaces(settings);
    status.textContent = summary(data, settings.total, language);
    const { fields, titleField, tiles } = settings;
    const view = new MapView({ element, data, fields, titleField, language, tiles });
    await view.open(parseLocation(new URLSearchParams(location.search).get('location')));
    if (settings.tableUrl !== undefined) element.append(h('p', {}, h('a', { href: settings.tableUrl }, t('mapTable'))));
    announce(status.textContent);
  } catch (error) {
    const again = h('button', { type: 'button', class: 'button' }, t('retry'));
    again.addEventListener('click', () => void mount(element));
    element.replaceChildren(h('p', { class: 'map-status', role: 'alert' }, t('mapFailed', { reason: reason(error) })), again);
    console.error(error);
  } finally {
    element.removeAttribute('aria-busy');
  }
}
