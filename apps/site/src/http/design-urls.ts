/** Designs as callers see them: with the addresses of their picture and mesh, which change with their content. */
import type { Design } from '@chamfer/contracts';
import type { StoredDesign } from '../designs/catalogue.ts';

/** Enough of a digest to tell two versions of a file apart. */
const VERSION_LENGTH = 16;

export function toDesign(stored: StoredDesign): Design {
  const { id, name, kind, attributes, measures, source, licence, attribution } = stored;
  const address = `/api/v1/designs/${id}`;
  return {
    id,
    name,
    kind,
    attributes,
    measures,
    source,
    licence,
    attribution,
    thumbnailUrl: `${address}/thumbnail?v=${versionOf(stored.thumbnailSha256)}`,
    meshUrl: `${address}/mesh?v=${versionOf(stored.meshSha256)}`,
  };
}

export function versionOf(sha256: string): string {
  return sha256.slice(0, VERSION_LENGTH);
}
