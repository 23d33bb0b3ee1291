/** The catalogue: search as you type, facets and sorting without loading the whole page again. */
import { startLivePage } from '../lib/live.ts';

/** Makes the search form, the facets and the results live. */
export function mount(): void {
  startLivePage();
}
