/** The places in view as a list of buttons: the map for those who do not see it or do not use a pointer. */
import { freshId, h } from '../lib/dom.ts';
import { t } from '../texts/index.ts';
import { meet, titleOf, type Bounds, type Place } from './data.ts';

/** Most places that the list shows at once. */
export const MAX_LISTED = 50;

/** The places to list for a view (all places when there is no view), and how many there are. */
export function placesIn(places: readonly Place[], view: Bounds | null): { listed: Place[]; count: number } {
  const inside = view === null ? places : places.filter((place) => meet(place.bounds, view));
  return { listed: inside.slice(0, MAX_LISTED), count: inside.length };
}

/** The list beside a map. */
export class PlaceList {
  readonly element: HTMLElement;
  private readonly items = h('ul', { class: 'map-places' });
  private readonly note = h('p', { class: 'map-note' });
  private shown = '';

  /** `choose` is called with the place whose button was pressed. */
  constructor(
    private readonly titleField: string | undefined,
    private readonly language: string,
    private readonly choose: (place: Place) => void,
  ) {
    const title = h('span', { id: freshId('map-list') }, t('mapListTitle'));
    this.items.setAttribute('aria-labelledby', title.id);
    this.element = h('details', { class: 'map-list' }, h('summary', {}, title), this.note, this.items);
  }

  /** Lists the places of a view. */
  show(places: readonly Place[], view: Bounds | null): void {
    const { listed, count } = placesIn(places, view);
    // An unchanged list keeps its elements, and the focus with them.
    const shown = `${count}:${listed.map((place) => place.index).join(',')}`;
    if (shown === this.shown) return;
    this.shown = shown;
    const number = new Intl.NumberFormat(this.language);
    this.note.textContent = '';
    if (count === 0) this.note.textContent = t('mapListNone');
    else if (count > listed.length) {
      this.note.textContent = t('mapListMore', { shown: number.format(listed.length), count: number.format(count) });
    }
    const active = document.activeElement;
    const focused = this.items.contains(active) ? active?.getAttribute('data-place') : undefined;
    this.items.replaceChildren(...listed.map((place) => this.item(place)));
    if (focused === undefined) return;
    const again = this.items.querySelector<HTMLElement>(`[data-place="${focused}"]`);
    (again ?? this.element.querySelector('summary'))?.focus({ preventScroll: true });
  }

  /** Puts the focus on the button of a place, if it is listed and the list is open. */
  focus(place: Place): boolean {
    const button = this.items.querySelector<HTMLButtonElement>(`[data-place="${place.index}"]`);
    button?.focus({ preventScroll: true });
    return button !== null && document.activeElement === button;
  }

  private item(place: Place): HTMLElement {
    const button = h('button', { type: 'button', 'data-place': place.index }, titleOf(place, this.titleField, `${t('mapPopupTitle')} ${place.index + 1}`));
    button.addEventListener('click', () => this.choose(place));
    return h('li', {}, button);
  }
}
