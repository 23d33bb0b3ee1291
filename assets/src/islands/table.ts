/** The table of records: sorting, column filters and paging without loading the whole page again. */
import { startLivePage } from '../lib/live.ts';

/** Makes the links and forms of the table live. */
export function mount(): void {
  startLivePage();
}
