/** `POST /api/v1/recommendations`: a geometry file in, its kinds and the designs most like it out. */
import type { RecommendationResponse } from '@chamfer/contracts';
import type { FastifyRequest } from 'fastify';
import { FILENAME_LENGTH_MAX, FORM_FIELD, readFormBoundary } from '../../designs/form-file.ts';
import type { GeometryJob } from '../../designs/part-reader.ts';
import type { Recommendations } from '../../recommendations/open-recommendations.ts';
import type { RecommendationAnswer, Recommender } from '../../recommendations/recommender.ts';
import type { BodyBudget } from '../body-budget.ts';
import { toDesign } from '../design-urls.ts';
import { readBody } from '../read-body.ts';
import {
  abortSignalOf,
  type IntegerBounds,
  integerSchema,
  type Route,
  readInteger,
  readQuery,
  requireMediaType,
  schemaRef,
} from '../route.ts';

const K: IntegerBounds = { min: 1, max: 100, standard: 10 };

const BINARY = { type: 'string', format: 'binary' };

/** What a body may be: a form with the file in it, or the file alone, of a stated or of any format. */
const BODY_TYPES: Readonly<Record<string, { format: GeometryJob['format']; schema: object }>> = {
  'multipart/form-data': {
    format: null,
    schema: { type: 'object', properties: { [FORM_FIELD]: BINARY }, required: [FORM_FIELD] },
  },
  'application/octet-stream': { format: null, schema: BINARY },
  'model/stl': { format: 'stl', schema: BINARY },
  'model/obj': { format: 'obj', schema: BINARY },
};

export interface RecommendationsRouteOptions {
  readonly recommendations: Recommendations;
  readonly bodyBytesMax: number;
  readonly budget: BodyBudget;
}

export function recommendationsRoute({
  recommendations,
  bodyBytesMax,
  budget,
}: RecommendationsRouteOptions): Route {
  return {
    method: 'POST',
    url: '/api/v1/recommendations',
    operation: {
      id: 'recommend',
      summary: 'Designs most like a part',
      description: 'Takes an STL (binary or ASCII) or OBJ file, in millimetres.',
      parameters: [
        { name: 'k', in: 'query', description: 'How many designs.', schema: integerSchema(K) },
        {
          name: 'filename',
          in: 'query',
          description: 'Name of the file; a form carries its own.',
          schema: { type: 'string', maxLength: FILENAME_LENGTH_MAX },
        },
      ],
      requestBody: Object.fromEntries(Object.entries(BODY_TYPES).map(([type, { schema }]) => [type, schema])),
      answer: {
        status: 200,
        description: 'The designs, best first, and what the part is.',
        content: { 'application/json': schemaRef('RecommendationResponse') },
      },
      errors: [
        'MULTIPART_MALFORMED',
        'BODY_INCOMPLETE',
        'BODY_TOO_LARGE',
        'CONTENT_TYPE_UNSUPPORTED',
        'INPUT_INVALID',
        'FORMAT_UNKNOWN',
        'FILE_MALFORMED',
        'FILE_LIMIT_EXCEEDED',
        'MESH_EMPTY',
        'MESH_DEGENERATE',
        'TIME_LIMIT_EXCEEDED',
        'MEMORY_LIMIT_EXCEEDED',
        'OVERLOADED',
        'RECOMMENDATIONS_UNAVAILABLE',
      ],
    },
    async handle(request, reply) {
      const { upload, k } = readUpload(request);
      const service = recommendations.get();
      const body = await readBody(request.raw, bodyBytesMax, budget);
      try {
        const job: GeometryJob = { ...upload, blocks: body.own() };
        const answer = await service.recommend(job, k, abortSignalOf(reply));
        return toResponse(answer, service);
      } finally {
        body.release();
      }
    },
  };
}

/** Everything but the body; throws `CONTENT_TYPE_UNSUPPORTED`, `MULTIPART_MALFORMED`, `INPUT_INVALID`. */
function readUpload(request: FastifyRequest): { upload: Omit<GeometryJob, 'blocks'>; k: number } {
  const query = readQuery(request, ['k', 'filename']);
  const k = readInteger(query.k, 'k', K);
  const type = requireMediaType(request, Object.keys(BODY_TYPES));
  const boundary = readFormBoundary(request.headers['content-type'] ?? '');
  const filename = query.filename?.slice(0, FILENAME_LENGTH_MAX) ?? null;
  return { upload: { boundary, filename, format: BODY_TYPES[type]!.format }, k };
}

function toResponse(
  { part, kinds, ranked }: RecommendationAnswer,
  service: Recommender,
): RecommendationResponse {
  const { encoder, classifier, catalogue } = service;
  return {
    query: {
      filename: part.filename,
      format: part.format,
      measures: part.measures,
      warnings: [...part.warnings],
      kinds: [...kinds],
    },
    catalogue: catalogue.stored.name,
    encoder: { model: encoder.model, version: encoder.version },
    classifier: { model: classifier.info.name, version: classifier.info.version },
    recommendations: ranked.map(({ score, design }, at) => ({
      rank: at + 1,
      score,
      design: toDesign(design),
    })),
  };
}
