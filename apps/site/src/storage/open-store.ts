/** Opens the place in a data folder where catalogues are kept. Refuses what `openDatabase` refuses. */
import { openDatabase } from './database.ts';
import { type CatalogueStore, DesignStore } from './design-store.ts';

/** What closes it goes to `opened`. */
export function openStore(folder: string, opened: (() => unknown)[]): CatalogueStore {
  const database = openDatabase(folder);
  opened.push(() => database.close());
  return new DesignStore(database);
}
