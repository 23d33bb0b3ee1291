/**
 * The look of the map: our own base map (land, borders, departments, place names) under the data, light and dark.
 *
 * There is no glyph server: MapLibre draws names with a font of the page. Nothing is fetched but our own files.
 */
import type { FeatureCollection } from 'geojson';
import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';

/** Files of the base map, by name; each one is optional. */
export type BaseMap = Record<string, string>;

/** Colours of one scheme. */
export interface Palette {
  sea: string;
  land: string;
  coast: string;
  border: string;
  region: string;
  division: string;
  label: string;
  faint: string;
  accent: string;
  onAccent: string;
  halo: string;
}

const LIGHT = {
  sea: '#d7e5ee',
  land: '#f8f6f1',
  coast: '#b5c6d1',
  border: '#9a9282',
  region: '#bdb6a6',
  division: '#ddd8cc',
  label: '#3f4a55',
  faint: '#6d6a60',
  halo: '#f8f6f1',
};

const DARK = {
  sea: '#0d141a',
  land: '#1c252d',
  coast: '#344451',
  border: '#6b7986',
  region: '#485663',
  division: '#2e3943',
  label: '#b9c5d0',
  faint: '#8b99a6',
  halo: '#1c252d',
};

/** Relative luminance (WCAG 2) of a `#rrggbb` colour, 0 to 1. */
export function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Black or white, whichever reads better on `colour`. */
export function readableOn(colour: string): string {
  const light = luminance(colour);
  return (1.05) / (light + 0.05) >= (light + 0.05) / 0.05 ? '#ffffff' : '#000000';
}

/** The colours of a scheme with the portal's accent, a `#rrggbb` colour. */
export function palette(dark: boolean, accent: string): Palette {
  return { ...(dark ? DARK : LIGHT), accent, onAccent: readableOn(accent) };
}

/** The families declared in `map.css`; MapLibre reads the weight out of the name. */
const TEXT = ['"Parvis Map"'];
const TEXT_STRONG = ['"Parvis Map Semibold"'];

/** Whether a feature of the base map is of a kind. */
function kind(name: string): ExpressionSpecification {
  return ['==', ['get', 'kind'], name];
}

/** A line that grows from `thin` pixels on a small map to `thick` on a large one. */
function line(id: string, source: string, of: string, colour: string, thin: number, thick: number): LayerSpecification {
  return {
    id,
    type: 'line',
    source,
    filter: kind(of),
    layout: { 'line-join': 'round' },
    paint: { 'line-color': colour, 'line-width': ['interpolate', ['linear'], ['zoom'], 3, thin, 11, thick] },
  };
}

/** Land and boundaries, below the data. */
function ground(base: BaseMap, colours: Palette): LayerSpecification[] {
  const layers: LayerSpecification[] = [{ id: 'sea', type: 'background', paint: { 'background-color': colours.sea } }];
  if ('basemap' in base) {
    const land = { 'fill-color': colours.land, 'fill-outline-color': colours.coast };
    layers.push({ id: 'land', type: 'fill', source: 'basemap', filter: kind('country'), paint: land });
  }
  if ('departements' in base) {
    layers.push({ ...line('departments', 'departements', 'departement', colours.division, 0.3, 1.4), minzoom: 4.5 } as LayerSpecification);
    layers.push(line('regions', 'departements', 'region', colours.region, 0.5, 2));
  }
  if ('basemap' in base) layers.push(line('borders', 'basemap', 'border', colours.border, 0.7, 2.4));
  return layers;
}

/** The lowest rank of a town that is named at each zoom: large towns first. */
const TOWN_RANK: ExpressionSpecification = ['step', ['zoom'], 0, 4, 1, 5, 2, 6, 3, 7, 4, 8, 5, 9, 6, 10, 7];

/** Names of countries, departments and towns; they give way to each other in this order. */
function names(base: BaseMap, colours: Palette, language: string): LayerSpecification[] {
  const paint = { 'text-color': colours.label, 'text-halo-color': colours.halo, 'text-halo-width': 1.5 };
  const layers: LayerSpecification[] = [];
  if ('departements' in base) {
    layers.push({
      id: 'department-names',
      type: 'symbol',
      source: 'departements',
      filter: kind('label'),
      minzoom: 6.4,
      maxzoom: 9.5,
      layout: { 'text-field': ['get', 'name'], 'text-font': TEXT, 'text-size': 12, 'text-letter-spacing': 0.12, 'text-transform': 'uppercase', 'text-padding': 14 },
      paint: { ...paint, 'text-color': colours.faint },
    });
  }
  if (!('places' in base)) return layers;
  layers.push(
    {
      id: 'town-names',
      type: 'symbol',
      source: 'places',
      filter: ['all', ['!', ['has', 'kind']], ['<=', ['get', 'rank'], TOWN_RANK]],
      layout: {
        'text-field': ['get', 'name'],
        'text-font': TEXT,
        'text-size': ['interpolate', ['linear'], ['zoom'], 4, 12, 11, 15],
        'text-padding': 6,
        'symbol-sort-key': ['get', 'rank'],
      },
      paint,
    },
    {
      id: 'country-names',
      type: 'symbol',
      source: 'places',
      filter: ['all', kind('country'), ['<=', ['get', 'rank'], ['step', ['zoom'], 1, 3.5, 2, 5, 3]]],
      maxzoom: 6.5,
      layout: {
        'text-field': ['coalesce', ['get', `name_${language}`], ['get', 'name_fr']],
        'text-font': TEXT_STRONG,
        'text-size': 13,
        'text-letter-spacing': 0.08,
        'symbol-sort-key': ['get', 'rank'],
      },
      paint,
    },
  );
  return layers;
}

function shapes(colours: Palette): LayerSpecification[] {
  return [
    {
      id: 'shapes-fill',
      type: 'fill',
      source: 'shapes',
      filter: ['match', ['geometry-type'], ['Polygon', 'MultiPolygon'], true, false],
      paint: { 'fill-color': colours.accent, 'fill-opacity': 0.28 },
    },
    {
      id: 'shapes-line',
      type: 'line',
      source: 'shapes',
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': colours.accent, 'line-width': ['interpolate', ['linear'], ['zoom'], 4, 1, 12, 2.5] },
    },
    {
      id: 'shapes-point',
      type: 'circle',
      source: 'shapes',
      filter: ['match', ['geometry-type'], ['Point', 'MultiPoint'], true, false],
      paint: { 'circle-color': colours.accent, 'circle-radius': 6, 'circle-stroke-color': colours.onAccent, 'circle-stroke-width': 1.5 },
    },
  ];
}

function points(colours: Palette, language: string): LayerSpecification[] {
  return [
    {
      id: 'clusters',
      type: 'circle',
      source: 'points',
      filter: ['has', 'point_count'],
      paint: {
        'circle-color': colours.accent,
        'circle-opacity': 0.92,
        'circle-radius': ['step', ['get', 'point_count'], 14, 20, 17, 100, 21, 1000, 26, 10_000, 31],
        'circle-stroke-color': colours.accent,
        'circle-stroke-opacity': 0.28,
        'circle-stroke-width': 5,
      },
    },
    {
      id: 'cluster-counts',
      type: 'symbol',
      source: 'points',
      filter: ['has', 'point_count'],
      layout: {
        'text-field': ['number-format', ['get', 'point_count'], { locale: language }],
        'text-font': TEXT_STRONG,
        'text-size': 13,
        'text-allow-overlap': true,
      },
      paint: { 'text-color': colours.onAccent },
    },
    {
      id: 'points',
      type: 'circle',
      source: 'points',
      filter: ['!', ['has', 'point_count']],
      paint: {
        'circle-color': colours.accent,
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 5, 5, 12, 8],
        'circle-stroke-color': colours.onAccent,
        'circle-stroke-width': 1.5,
      },
    },
  ];
}

/** Layers whose features are records, topmost first. */
export const RECORD_LAYERS = ['points', 'shapes-point', 'shapes-line', 'shapes-fill'];

/** The records, in the two sources of the style. */
export interface MapSources {
  points: FeatureCollection;
  shapes: FeatureCollection;
}

/** A layer of tiles under the records, instead of our own base map. */
export interface Tiles {
  /** Address of a tile, with `{z}`, `{x}` and `{y}`. */
  template: string;
  /** Who is to be named on the map. */
  attribution: string;
  /** Deepest zoom there is. */
  maxZoom: number;
}

/** What lies under the records. */
export interface Below {
  base: BaseMap;
  tiles?: Tiles | undefined;
}

/** The whole style: the base map, or tiles, and the records. */
export function mapStyle({ base, tiles }: Below, colours: Palette, data: MapSources, language: string): StyleSpecification {
  const sources: Record<string, SourceSpecification> = {
    points: { type: 'geojson', data: data.points, cluster: true, clusterRadius: 46, clusterMaxZoom: 13 },
    shapes: { type: 'geojson', data: data.shapes },
  };
  if (tiles !== undefined) {
    sources['tiles'] = { type: 'raster', tiles: [tiles.template], tileSize: 256, maxzoom: tiles.maxZoom };
    const under: LayerSpecification[] = [
      { id: 'sea', type: 'background', paint: { 'background-color': colours.sea } },
      { id: 'tiles', type: 'raster', source: 'tiles' },
    ];
    return { version: 8, sources, layers: [...under, ...shapes(colours), ...points(colours, language)] };
  }
  for (const [name, url] of Object.entries(base)) sources[name] = { type: 'geojson', data: url, maxzoom: 11 };
  return {
    version: 8,
    sources,
    layers: [...ground(base, colours), ...shapes(colours), ...names(base, colours, language), ...points(colours, language)],
  };
}
