/** Designs: what a catalogue holds, and what `POST /api/v1/recommendations` answers. */
import Type from 'typebox';
import { DescriptorReference } from './models.ts';

export const Measures = Type.Object({
  sizeMm: Type.Array(Type.Number(), {
    description: 'Extents of the axis-aligned bounding box along x, y and z, in millimetres.',
    minItems: 3,
    maxItems: 3,
  }),
  areaMm2: Type.Number({ description: 'Surface area, in square millimetres.' }),
  volumeMm3: Type.Union([Type.Number(), Type.Null()], {
    description: 'Enclosed volume, in cubic millimetres; null where the surface is not closed.',
  }),
  triangles: Type.Integer(),
  closed: Type.Boolean({
    description: 'Whether every edge is shared by as many facets one way as the other.',
  }),
});
export type Measures = Type.Static<typeof Measures>;

/** `catalogues/<name>/catalogue.json`. */
export const CatalogueManifest = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' }),
    title: Type.String(),
    descriptor: DescriptorReference,
    parts: Type.Array(
      Type.Object({
        folder: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' }),
        licence: Type.String({ description: 'SPDX expression.' }),
        attribution: Type.String(),
      }),
      { minItems: 1 },
    ),
  },
  { $id: 'CatalogueManifest' },
);
export type CatalogueManifest = Type.Static<typeof CatalogueManifest>;

/** One design of `catalogues/<name>/<part>/designs.json`. */
export const CatalogueDesign = Type.Object({
  id: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,127}$' }),
  name: Type.String(),
  kind: Type.String({ description: 'What kind of part, such as `hexagon-socket-screw`.' }),
  attributes: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
  measures: Measures,
  source: Type.String({ description: 'Where the geometry comes from.' }),
});
export type CatalogueDesign = Type.Static<typeof CatalogueDesign>;

export const Design = Type.Object(
  {
    ...CatalogueDesign.properties,
    licence: Type.String({ description: 'SPDX expression.' }),
    attribution: Type.String(),
    thumbnailUrl: Type.String({ description: 'A picture of it (PNG), as a path on this site.' }),
    meshUrl: Type.String({ description: 'The mesh as binary glTF, in millimetres, as a path on this site.' }),
  },
  { $id: 'Design' },
);
export type Design = Type.Static<typeof Design>;

/** `GET /api/v1/designs`: one page of the catalogue, in its own order. */
export const DesignPage = Type.Object(
  {
    designs: Type.Array(Design),
    nextCursor: Type.Union([Type.String(), Type.Null()], {
      description: 'Send it as `cursor` for the next page; null on the last.',
    }),
  },
  { $id: 'DesignPage' },
);
export type DesignPage = Type.Static<typeof DesignPage>;

export const Warning = Type.Object({ code: Type.String(), message: Type.String() });

export const Recommendation = Type.Object({
  rank: Type.Integer({ minimum: 1 }),
  score: Type.Number({
    description: 'Cosine of the class embeddings of query and design: 1 is alike, 0 unrelated.',
  }),
  design: Design,
});
export type Recommendation = Type.Static<typeof Recommendation>;

export const RecommendationResponse = Type.Object(
  {
    query: Type.Object({
      filename: Type.Union([Type.String(), Type.Null()]),
      format: Type.Enum(['stl', 'obj']),
      measures: Measures,
      warnings: Type.Array(Warning),
      kinds: Type.Array(Type.Object({ kind: Type.String(), probability: Type.Number() }), {
        description: 'The likeliest kinds of part, best first.',
      }),
    }),
    catalogue: Type.String(),
    encoder: Type.Object({ model: Type.String(), version: Type.String() }),
    classifier: Type.Object({ model: Type.String(), version: Type.String() }),
    recommendations: Type.Array(Recommendation),
  },
  { $id: 'RecommendationResponse' },
);
export type RecommendationResponse = Type.Static<typeof RecommendationResponse>;
