/** What the API's GeoJSON becomes on the map. Pure, so that tests can hold it. */
import type { Feature, FeatureCollection, Geometry, Point, Position } from 'geojson';

/** South-west and north-east corners, in degrees: west, south, east, north. */
export type Bounds = [number, number, number, number];

/** A record with a place. */
export interface Place {
  /** Its rank in `MapData.places`; what the layers of the map know it by. */
  index: number;
  geometry: Geometry;
  bounds: Bounds;
  properties: Record<string, unknown>;
}

/** The records of a map. */
export interface MapData {
  places: Place[];
  /** Records without a geometry. */
  without: number;
  /** Features received, with or without geometry. */
  received: number;
}

/** What a layer's feature carries: only the rank of its record. */
interface Rank {
  index: number;
}

function* positions(geometry: Geometry): Generator<Position> {
  if (geometry.type === 'GeometryCollection') {
    for (const part of geometry.geometries) yield* positions(part);
    return;
  }
  const pending: unknown[] = [geometry.coordinates];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (!Array.isArray(item)) continue;
    if (typeof item[0] === 'number') yield item as Position;
    else for (const inner of item) pending.push(inner);
  }
}

/** The smallest bounds around a geometry; nothing when it holds no position of the globe. */
export function boundsOf(geometry: Geometry): Bounds | null {
  let found: Bounds | null = null;
  for (const [longitude, latitude] of positions(geometry)) {
    if (longitude === undefined || latitude === undefined) continue;
    if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) continue;
    found = found === null ? [longitude, latitude, longitude, latitude] : around(found, [longitude, latitude, longitude, latitude]);
  }
  return found;
}

function around(a: Bounds, b: Bounds): Bounds {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

/** Reads a feature collection; anything else in the answer is an error that says so. */
export function readPlaces(body: unknown): MapData {
  const collection = body as Partial<FeatureCollection> | null;
  if (collection?.type !== 'FeatureCollection' || !Array.isArray(collection.features)) {
    throw new Error('the answer is not a GeoJSON feature collection');
  }
  const places: Place[] = [];
  for (const feature of collection.features) {
    const geometry = (feature as Partial<Feature>).geometry ?? null;
    const bounds = geometry === null ? null : boundsOf(geometry);
    if (geometry === null || bounds === null) continue;
    places.push({ index: places.length, geometry, bounds, properties: feature.properties ?? {} });
  }
  return { places, without: collection.features.length - places.length, received: collection.features.length };
}

/** The points, as the source of the clusters. */
export function pointFeatures(places: readonly Place[]): FeatureCollection<Point, Rank> {
  const features = places.flatMap(({ geometry, index }): Feature<Point, Rank>[] =>
    geometry.type === 'Point' ? [{ type: 'Feature', geometry, properties: { index } }] : [],
  );
  return { type: 'FeatureCollection', features };
}

/** Everything that is not a point. */
export function shapeFeatures(places: readonly Place[]): FeatureCollection<Geometry, Rank> {
  const features = places.flatMap(({ geometry, index }): Feature<Geometry, Rank>[] =>
    geometry.type === 'Point' ? [] : [{ type: 'Feature', geometry, properties: { index } }],
  );
  return { type: 'FeatureCollection', features };
}

/** The bounds around all places. */
export function fullBounds(places: readonly Place[]): Bounds | null {
  return places.reduce<Bounds | null>((sum, place) => (sum === null ? place.bounds : around(sum, place.bounds)), null);
}

/** From how many places on the first view may leave some out. */
const MANY = 100;
/** The share of places that the first view may leave out at each side. */
const TAIL = 0.01;

/**
 * The bounds of a good first view: of many places, the middle 98 % along each axis, so that a few distant ones (the
 * overseas communes of France) do not shrink the rest to a dot.
 */
export function viewBounds(places: readonly Place[]): Bounds | null {
  if (places.length < MANY) return fullBounds(places);
  const sorted = (pick: (bounds: Bounds) => number) => places.map((place) => pick(place.bounds)).sort((a, b) => a - b);
  const at = (values: number[], share: number) => values[Math.round(share * (values.length - 1))] ?? 0;
  return [
    at(sorted((bounds) => bounds[0]), TAIL),
    at(sorted((bounds) => bounds[1]), TAIL),
    at(sorted((bounds) => bounds[2]), 1 - TAIL),
    at(sorted((bounds) => bounds[3]), 1 - TAIL),
  ];
}

/** Whether two bounds share a point. */
export function meet(a: Bounds, b: Bounds): boolean {
  return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

/** The middle of some bounds: longitude, latitude. */
export function middle(bounds: Bounds): [number, number] {
  return [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2];
}

/** The name of a place: its title field, else its first text. */
export function titleOf(place: Place, titleField: string | undefined, fallback: string): string {
  const named = titleField === undefined ? undefined : place.properties[titleField];
  const value = named ?? Object.values(place.properties).find((candidate) => typeof candidate === 'string' && candidate !== '');
  return value === undefined || value === null || typeof value === 'object' ? fallback : String(value);
}
