/** The MapLibre map of one page, its list of places and its popups. */
import {
  AttributionControl,
  FullscreenControl,
  Map as MapLibreMap,
  NavigationControl,
  Popup,
  ScaleControl,
  setWorkerUrl,
  type GeoJSONSource,
  type MapMouseEvent,
} from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';

import { freshId, h } from '../lib/dom.ts';
import type { Field } from '../lib/format.ts';
import { printLocation, withParameter, type MapLocation } from '../lib/url.ts';
import { t } from '../texts/index.ts';
import { computedColour } from './colour.ts';
import { fullBounds, middle, pointFeatures, shapeFeatures, viewBounds, type Bounds, type MapData, type Place } from './data.ts';
import { PlaceList } from './list.ts';
import { popupContents } from './popup.ts';
import { luminance, mapStyle, palette, RECORD_LAYERS, type BaseMap, type Tiles } from './style.ts';
import { mapLocale } from './texts.ts';

const files = import.meta.glob<string>('../../basemap/*.json', { query: '?url', import: 'default', eager: true });

/** The base map's files by stem: `basemap`, `departements`, `places`. */
const baseMap: BaseMap = Object.fromEntries(
  Object.entries(files).map(([path, url]) => [path.replace(/^.*\/|\.json$/g, ''), url]),
);

const ATTRIBUTION = 'Natural Earth · GeoNames (CC BY 4.0)';

/** Zoom of a place chosen in the list, unless the map is closer already. */
const CHOSEN_ZOOM = 12;

/** What a view shows. */
export interface ViewOptions {
  element: HTMLElement;
  data: MapData;
  fields: readonly Field[];
  titleField: string | undefined;
  language: string;
  /** Tiles of somebody else under the records; our own base map without. */
  tiles?: Tiles | undefined;
}

/** A map with its list. */
export class MapView {
  private readonly list: PlaceList;
  private readonly scheme = matchMedia('(prefers-color-scheme: dark)');
  private readonly box = h('div', { class: 'map-box' });
  private map: MapLibreMap | null = null;
  private popup: Popup | null = null;

  constructor(private readonly options: ViewOptions) {
    this.list = new PlaceList(options.titleField, options.language, (place) => this.choose(place));
  }

  private get places(): readonly Place[] {
    return this.options.data.places;
  }

  /** Puts the map in the page and waits until it has been drawn once. */
  async open(location: MapLocation | null): Promise<void> {
    const help = h('p', { id: freshId('map-help'), class: 'map-note' }, t('mapHelp'));
    const fitAll = h('button', { type: 'button', class: 'button button--quiet' }, t('mapFitAll'));
    fitAll.addEventListener('click', () => this.fit(fullBounds(this.places)));
    this.options.element.append(this.box);
    this.list.show(this.places, null);
    try {
      this.map = this.build(location);
    } catch (error) {
      console.warn('map', error);
      this.box.replaceWith(h('p', { class: 'map-note' }, t('mapUnsupported')), this.list.element);
      this.list.element.setAttribute('open', '');
      return;
    }
    this.options.element.append(h('div', { class: 'map-foot' }, help, fitAll), this.list.element);
    this.map.getCanvas().setAttribute('aria-describedby', help.id);
    await this.ready(this.map, location);
  }

  /** The scheme is read off the page, which may have chosen one of its own. */
  private colours() {
    const dark = luminance(computedColour(this.box, 'background-color')) < 0.2;
    return palette(dark, computedColour(this.options.element, 'outline-color'));
  }

  private style() {
    const data = { points: pointFeatures(this.places), shapes: shapeFeatures(this.places) };
    return mapStyle({ base: baseMap, tiles: this.options.tiles }, this.colours(), data, this.options.language);
  }

  private build(location: MapLocation | null): MapLibreMap {
    setWorkerUrl(workerUrl);
    const start: { center: [number, number]; zoom: number } =
      location === null ? { center: [2.5, 46.6], zoom: 4.4 } : { center: [location.longitude, location.latitude], zoom: location.zoom };
    const map = new MapLibreMap({
      container: this.box,
      style: this.style(),
      ...start,
      minZoom: 1,
      maxZoom: 18,
      attributionControl: false,
      locale: mapLocale(),
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      cooperativeGestures: matchMedia('(pointer: coarse)').matches,
      canvasContextAttributes: { preserveDrawingBuffer: false },
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    map.addControl(new FullscreenControl(), 'top-right');
    map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left');
    map.addControl(new AttributionControl({ compact: false, customAttribution: this.options.tiles?.attribution ?? ATTRIBUTION }), 'bottom-right');
    return map;
  }

  private async ready(map: MapLibreMap, location: MapLocation | null): Promise<void> {
    await map.once('load');
    this.watch(map);
    if (location === null) this.fit(viewBounds(this.places), false);
    this.scheme.addEventListener('change', () => this.recolour(map));
    if (!map.areTilesLoaded() || !map.loaded()) await map.once('idle');
    this.listView(map);
    map.on('idle', () => this.listView(map));
    map.on('moveend', () => this.moved(map));
  }

  private watch(map: MapLibreMap): void {
    map.on('click', (event) => void this.clicked(map, event));
    map.on('mousemove', (event) => {
      map.getCanvas().style.cursor = this.layersAt(map, event).length > 0 ? 'pointer' : '';
    });
    map.on('error', (event) => console.error('map', event.error));
  }

  private layersAt(map: MapLibreMap, event: MapMouseEvent) {
    return map.queryRenderedFeatures(event.point, { layers: ['clusters', ...RECORD_LAYERS] });
  }

  /** A cluster opens up, a record shows its popup. */
  private async clicked(map: MapLibreMap, event: MapMouseEvent): Promise<void> {
    const feature = this.layersAt(map, event)[0];
    if (feature === undefined) return;
    const cluster: unknown = feature.properties['cluster_id'];
    if (typeof cluster === 'number' && feature.geometry.type === 'Point') {
      const [longitude = 0, latitude = 0] = feature.geometry.coordinates;
      const zoom = await (map.getSource('points') as GeoJSONSource).getClusterExpansionZoom(cluster);
      map.easeTo({ center: [longitude, latitude], zoom });
      return;
    }
    const place = this.places[Number(feature.properties['index'])];
    if (place !== undefined) this.showPopup(map, place, [event.lngLat.lng, event.lngLat.lat], false);
  }

  private choose(place: Place): void {
    const map = this.map;
    if (map === null) return;
    // Below the middle, so that the popup above it fits into a low map.
    const offset: [number, number] = [0, map.getContainer().clientHeight * 0.3];
    map.easeTo({ center: middle(place.bounds), zoom: Math.max(map.getZoom(), CHOSEN_ZOOM), offset, animate: false });
    this.showPopup(map, place, middle(place.bounds), true);
  }

  /** Shows a record; Escape shuts the popup and the focus goes back where it was. */
  private showPopup(map: MapLibreMap, place: Place, at: [number, number], fromList: boolean): void {
    const { fields, titleField, language } = this.options;
    this.popup?.remove();
    const anchor: [number, number] = place.geometry.type === 'Point' ? middle(place.bounds) : at;
    const contents = popupContents(place, fields, titleField, language);
    const popup = new Popup({ maxWidth: '20rem', focusAfterOpen: true, offset: 8 }).setLngLat(anchor).setDOMContent(contents).addTo(map);
    contents.closest('.maplibregl-popup')?.addEventListener('keydown', (event) => {
      if (event instanceof KeyboardEvent && event.key === 'Escape') popup.remove();
    });
    popup.on('close', () => {
      if (!fromList || !this.list.focus(place)) map.getCanvas().focus({ preventScroll: true });
    });
    this.popup = popup;
  }

  private fit(bounds: Bounds | null, animate = true): void {
    if (bounds === null) return;
    this.map?.fitBounds(bounds, { padding: 48, maxZoom: 14, animate });
  }

  private listView(map: MapLibreMap): void {
    const view = map.getBounds();
    const clusters = map.queryRenderedFeatures({ layers: ['clusters'] }).length;
    // How many clusters are drawn, for style sheets and tests: a canvas tells neither.
    this.options.element.dataset['clusters'] = String(clusters);
    this.list.show(this.places, [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()]);
  }

  /** The address keeps the place, so that it can be shared and reloaded; the history gets no entry for it. */
  private moved(map: MapLibreMap): void {
    const { lng, lat } = map.getCenter().wrap();
    const place = printLocation({ zoom: map.getZoom(), latitude: lat, longitude: lng });
    history.replaceState(history.state, '', withParameter(location.href, 'location', place));
  }

  private recolour(map: MapLibreMap): void {
    for (const layer of this.style().layers) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) {
        map.setPaintProperty(layer.id, name as 'background-color', value);
      }
    }
  }
}
