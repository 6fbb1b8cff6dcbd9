/** Catalogues as they were imported: each design's document and embedding, whole or not at all. */
import type { DatabaseSync } from 'node:sqlite';
import type { CatalogueDesign } from '@chamfer/contracts';
import { inTransaction } from './database.ts';

/** A design as it is stored: what the catalogue says of it, where its files stand, and what they hold. */
export interface StoredDesign extends CatalogueDesign {
  /** Folder of the catalogue in which it stands. */
  readonly folder: string;
  readonly licence: string;
  readonly attribution: string;
  readonly meshSha256: string;
  readonly thumbnailSha256: string;
}

export interface StoredCatalogue {
  readonly name: string;
  readonly title: string;
  readonly designs: readonly StoredDesign[];
  /** Row-major, one row a design in the order of `designs`. */
  readonly embeddings: Float32Array;
  readonly embeddingLength: number;
}

/** Where catalogues are kept; another process may do it. */
export interface CatalogueStore {
  /** The catalogue that was imported under exactly this key, or null. */
  read(importKey: string): StoredCatalogue | null | Promise<StoredCatalogue | null>;
  /** Puts the catalogue in the place of any other of its name, in one transaction. */
  replace(importKey: string, catalogue: StoredCatalogue): void | Promise<void>;
}

export class DesignStore implements CatalogueStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  read(importKey: string): StoredCatalogue | null {
    const head = this.#database
      .prepare('SELECT name, title, embedding_length FROM catalogue WHERE import_key = ?')
      .get(importKey) as { name: string; title: string; embedding_length: number } | undefined;
    if (head === undefined) return null;
    const rows = this.#database
      .prepare('SELECT document, embedding FROM design WHERE catalogue = ? ORDER BY position')
      .all(head.name) as { document: string; embedding: Uint8Array }[];
    const embeddingLength = head.embedding_length;
    const embeddings = new Float32Array(rows.length * embeddingLength);
    const bytes = new Uint8Array(embeddings.buffer);
    for (const [position, row] of rows.entries()) bytes.set(row.embedding, position * embeddingLength * 4);
    return {
      name: head.name,
      title: head.title,
      designs: rows.map((row) => JSON.parse(row.document) as StoredDesign),
      embeddings,
      embeddingLength,
    };
  }

  replace(importKey: string, catalogue: StoredCatalogue): void {
    const { name, title, designs, embeddings, embeddingLength } = catalogue;
    const bytes = new Uint8Array(embeddings.buffer, embeddings.byteOffset, embeddings.byteLength);
    inTransaction(this.#database, () => {
      this.#database.prepare('DELETE FROM catalogue WHERE name = ?').run(name);
      this.#database
        .prepare('INSERT INTO catalogue (name, title, import_key, embedding_length) VALUES (?, ?, ?, ?)')
        .run(name, title, importKey, embeddingLength);
      const insert = this.#database.prepare(
        'INSERT INTO design (catalogue, position, id, document, embedding) VALUES (?, ?, ?, ?, ?)',
      );
      for (const [position, design] of designs.entries()) {
        const start = position * embeddingLength * 4;
        const embedding = bytes.subarray(start, start + embeddingLength * 4);
        insert.run(name, position, design.id, JSON.stringify(design), embedding);
      }
    });
  }
}
