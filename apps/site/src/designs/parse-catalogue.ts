/** The JSON of a catalogue, field by field; what is missing or of another kind is named with its path. */
import type { CatalogueDesign, CatalogueManifest, Measures } from '@chamfer/contracts';
import { parseDescriptorReference } from '../inference/parse-manifest.ts';
import type { JsonReader } from '../storage/json-reader.ts';

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export function parseCatalogueManifest(document: JsonReader): CatalogueManifest {
  return {
    name: document.field('name').text(NAME),
    title: document.field('title').text(),
    descriptor: parseDescriptorReference(document.field('descriptor')),
    parts: document
      .field('parts')
      .list()
      .map((part) => ({
        folder: part.field('folder').text(NAME),
        licence: part.field('licence').text(),
        attribution: part.field('attribution').text(),
      })),
  };
}

export function parseDesigns(document: JsonReader): CatalogueDesign[] {
  return document.list().map((design) => ({
    id: design.field('id').text(/^[a-z0-9][a-z0-9._-]{0,127}$/),
    name: design.field('name').text(),
    kind: design.field('kind').text(),
    attributes: Object.fromEntries(
      design
        .field('attributes')
        .entries()
        .map(([name, value]) => [name, parseAttribute(value)]),
    ),
    measures: parseMeasures(design.field('measures')),
    source: design.field('source').text(),
  }));
}

function parseAttribute(value: JsonReader): string | number {
  return typeof value.any() === 'string' ? value.text() : value.number();
}

function parseMeasures(field: JsonReader): Measures {
  const volume = field.field('volumeMm3');
  const size = field.field('sizeMm').list();
  if (size.length !== 3) field.field('sizeMm').refuse('should have three numbers');
  return {
    sizeMm: [size[0]!.number(), size[1]!.number(), size[2]!.number()],
    areaMm2: field.field('areaMm2').number(),
    volumeMm3: volume.isNull() ? null : volume.number(),
    triangles: field.field('triangles').integer(1),
    closed: field.field('closed').boolean(),
  };
}
