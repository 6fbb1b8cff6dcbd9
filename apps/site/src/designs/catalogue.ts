/** The designs of one catalogue, ready to be listed, shown and searched. */
import { SiteError } from '../errors.ts';
import type { CatalogueFolder, DesignFile } from '../storage/catalogue-folder.ts';
import type { StoredCatalogue, StoredDesign } from '../storage/design-store.ts';

export type { DesignFile, StoredDesign };

export interface DesignFileContent {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

export interface CataloguePage {
  readonly designs: readonly StoredDesign[];
  /** Id of the last design of this page; null where there is no next page. */
  readonly nextCursor: string | null;
}

export class Catalogue {
  readonly stored: StoredCatalogue;
  readonly #folder: CatalogueFolder;
  readonly #positions: ReadonlyMap<string, number>;

  constructor(stored: StoredCatalogue, folder: CatalogueFolder) {
    this.stored = stored;
    this.#folder = folder;
    this.#positions = new Map(stored.designs.map((design, position) => [design.id, position]));
  }

  /** Throws `DESIGN_UNKNOWN`. */
  find(id: string): StoredDesign {
    return this.stored.designs[this.#positionOf(id)]!;
  }

  /** The designs after `cursor`, the id of the last one of the page before; throws `DESIGN_UNKNOWN`. */
  page(limit: number, cursor?: string): CataloguePage {
    const start = cursor === undefined ? 0 : this.#positionOf(cursor) + 1;
    const designs = this.stored.designs.slice(start, start + limit);
    const hasMore = start + limit < this.stored.designs.length;
    return { designs, nextCursor: hasMore ? (designs.at(-1)?.id ?? null) : null };
  }

  /** Throws `DESIGN_UNKNOWN`, or `CATALOGUE_BROKEN` where the file has gone. */
  async readFile(id: string, file: DesignFile): Promise<DesignFileContent> {
    const design = this.find(id);
    const sha256 = file === 'mesh' ? design.meshSha256 : design.thumbnailSha256;
    return { bytes: await this.#folder.readDesignFile(design.folder, id, file), sha256 };
  }

  #positionOf(id: string): number {
    const position = this.#positions.get(id);
    if (position !== undefined) return position;
    const shown = JSON.stringify(id.slice(0, 128));
    throw new SiteError('DESIGN_UNKNOWN', `There is no design ${shown}. GET /api/v1/designs lists them.`);
  }
}
