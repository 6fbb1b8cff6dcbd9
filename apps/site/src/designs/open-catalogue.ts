/**
 * Opens a catalogue: from the database where exactly this content was imported with exactly this encoder before,
 * else by importing it in one transaction. Refuses a catalogue that is not whole, by file and place.
 */
import { createHash } from 'node:crypto';
import type { CatalogueManifest } from '@chamfer/contracts';
import { SiteError } from '../errors.ts';
import { CatalogueFolder } from '../storage/catalogue-folder.ts';
import type { CatalogueStore, StoredCatalogue, StoredDesign } from '../storage/design-store.ts';
import { JsonReader } from '../storage/json-reader.ts';
import { Catalogue } from './catalogue.ts';
import { describe, type Encoder, isOurDescriptor } from './encoder.ts';
import { readNpy } from './npy.ts';
import { parseCatalogueManifest, parseDesigns } from './parse-catalogue.ts';

/** Goes up when what an import stores changes, so that older imports are made anew. */
const IMPORT_VERSION = 1;

type CataloguePart = CatalogueManifest['parts'][number];

export interface OpenCatalogueOptions {
  readonly path: string;
  readonly store: CatalogueStore;
  readonly encoder: Encoder;
}

/** Throws `CATALOGUE_BROKEN`. */
export async function openCatalogue({ path, store, encoder }: OpenCatalogueOptions): Promise<Catalogue> {
  const folder = new CatalogueFolder(path);
  const manifest = readManifest(folder);
  const fingerprint = folder.fingerprint(manifest.parts.map((part) => part.folder));
  const importKey = createHash('sha256')
    .update(`${IMPORT_VERSION} ${fingerprint} ${encoder.sha256}`)
    .digest('hex');
  let stored = await store.read(importKey);
  if (stored === null) {
    stored = importCatalogue(folder, manifest, encoder);
    await store.replace(importKey, stored);
  }
  return new Catalogue(stored, folder);
}

function readManifest(folder: CatalogueFolder): CatalogueManifest {
  const file = 'catalogue.json';
  const document = JsonReader.parse(folder.read(file), folder.pathOf(file), 'CATALOGUE_BROKEN');
  const manifest = parseCatalogueManifest(document);
  if (!isOurDescriptor(manifest.descriptor)) {
    document.field('descriptor').refuse(`is ${describe(manifest.descriptor)}, not the one of this Chamfer`);
  }
  return manifest;
}

function importCatalogue(
  folder: CatalogueFolder,
  manifest: CatalogueManifest,
  encoder: Encoder,
): StoredCatalogue {
  const designs: StoredDesign[] = [];
  const embeddings: Float32Array[] = [];
  for (const part of manifest.parts) {
    const found = readPart(folder, manifest, part);
    designs.push(...found.designs);
    embeddings.push(encoder.embed(found.descriptors));
  }
  requireDistinctIds(designs, folder);
  const { embeddingLength } = encoder;
  const whole = new Float32Array(designs.length * embeddingLength);
  let at = 0;
  for (const part of embeddings) {
    whole.set(part, at);
    at += part.length;
  }
  return { name: manifest.name, title: manifest.title, designs, embeddings: whole, embeddingLength };
}

function readPart(
  folder: CatalogueFolder,
  manifest: CatalogueManifest,
  part: CataloguePart,
): { designs: StoredDesign[]; descriptors: Float32Array } {
  const listFile = folder.pathOf(part.folder, 'designs.json');
  const list = folder.read(part.folder, 'designs.json');
  const designs = parseDesigns(JsonReader.parse(list, listFile, 'CATALOGUE_BROKEN'));
  const matrixFile = folder.pathOf(part.folder, 'descriptors.npy');
  const matrix = readNpy(folder.read(part.folder, 'descriptors.npy'), matrixFile);
  if (matrix.rows !== designs.length || matrix.columns !== manifest.descriptor.length) {
    const what = `holds ${matrix.rows} rows of ${matrix.columns} values, but ${listFile} has ${designs.length} designs`;
    throw new SiteError('CATALOGUE_BROKEN', `${matrixFile} ${what} of ${manifest.descriptor.length} values.`);
  }
  const stored = designs.map((design) => ({
    ...design,
    folder: part.folder,
    licence: part.licence,
    attribution: part.attribution,
    meshSha256: folder.digestOf(part.folder, design.id, 'mesh'),
    thumbnailSha256: folder.digestOf(part.folder, design.id, 'thumbnail'),
  }));
  return { designs: stored, descriptors: matrix.data };
}

function requireDistinctIds(designs: readonly StoredDesign[], folder: CatalogueFolder): void {
  const seen = new Set<string>();
  for (const { id } of designs) {
    if (seen.has(id)) {
      throw new SiteError('CATALOGUE_BROKEN', `${folder.pathOf()} has two designs with the id ${id}.`);
    }
    seen.add(id);
  }
}
