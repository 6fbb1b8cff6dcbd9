/** `GET /api/v1/designs...`: the catalogue, page by page; one design; its picture and its mesh. */

import type { DesignFile } from '../../designs/catalogue.ts';
import type { Recommendations } from '../../recommendations/open-recommendations.ts';
import { toDesign, versionOf } from '../design-urls.ts';
import {
  type IntegerBounds,
  integerSchema,
  type Parameter,
  type Route,
  readInteger,
  readQuery,
  schemaRef,
} from '../route.ts';
import { sendFile } from '../send-file.ts';

const LIMIT: IntegerBounds = { min: 1, max: 500, standard: 50 };

const ID: Parameter = {
  name: 'id',
  in: 'path',
  description: 'Id of a design of the catalogue.',
  schema: { type: 'string' },
};

export function designRoutes(recommendations: Recommendations): Route[] {
  return [
    listRoute(recommendations),
    designRoute(recommendations),
    fileRoute(
      recommendations,
      'mesh',
      'model/gltf-binary',
      'Mesh of a design as binary glTF, in millimetres',
    ),
    fileRoute(recommendations, 'thumbnail', 'image/png', 'Picture of a design'),
  ];
}

function listRoute(recommendations: Recommendations): Route {
  return {
    method: 'GET',
    url: '/api/v1/designs',
    operation: {
      id: 'listDesigns',
      summary: 'Designs of the catalogue, page by page',
      parameters: [
        { name: 'limit', in: 'query', description: 'Designs a page.', schema: integerSchema(LIMIT) },
        {
          name: 'cursor',
          in: 'query',
          description: '`nextCursor` of the page before.',
          schema: { type: 'string' },
        },
      ],
      answer: {
        status: 200,
        description: 'One page.',
        content: { 'application/json': schemaRef('DesignPage') },
      },
      errors: ['INPUT_INVALID', 'DESIGN_UNKNOWN', 'RECOMMENDATIONS_UNAVAILABLE'],
    },
    handle(request, reply) {
      const { limit, cursor } = readQuery(request, ['limit', 'cursor']);
      const page = recommendations.get().catalogue.page(readInteger(limit, 'limit', LIMIT), cursor);
      reply.header('cache-control', 'no-cache');
      return { designs: page.designs.map(toDesign), nextCursor: page.nextCursor };
    },
  };
}

function designRoute(recommendations: Recommendations): Route {
  return {
    method: 'GET',
    url: '/api/v1/designs/:id',
    operation: {
      id: 'getDesign',
      summary: 'One design',
      parameters: [ID],
      answer: {
        status: 200,
        description: 'The design.',
        content: { 'application/json': schemaRef('Design') },
      },
      errors: ['INPUT_INVALID', 'DESIGN_UNKNOWN', 'RECOMMENDATIONS_UNAVAILABLE'],
    },
    handle(request, reply) {
      readQuery(request, []);
      reply.header('cache-control', 'no-cache');
      return toDesign(recommendations.get().catalogue.find((request.params as { id: string }).id));
    },
  };
}

function fileRoute(recommendations: Recommendations, file: DesignFile, type: string, summary: string): Route {
  return {
    method: 'GET',
    url: `/api/v1/designs/:id/${file}`,
    operation: {
      id: file === 'mesh' ? 'getDesignMesh' : 'getDesignThumbnail',
      summary,
      parameters: [
        ID,
        {
          name: 'v',
          in: 'query',
          description:
            'Version of the content, as in the address that a design gives: lets browsers keep it.',
          schema: { type: 'string' },
        },
      ],
      answer: {
        status: 200,
        description: 'The file.',
        content: { [type]: { type: 'string', format: 'binary' } },
      },
      errors: ['INPUT_INVALID', 'DESIGN_UNKNOWN', 'CATALOGUE_BROKEN', 'RECOMMENDATIONS_UNAVAILABLE'],
    },
    async handle(request, reply) {
      const { v } = readQuery(request, ['v']);
      const { bytes, sha256 } = await recommendations
        .get()
        .catalogue.readFile((request.params as { id: string }).id, file);
      return sendFile(request, reply, { bytes, type, digest: sha256, isImmutable: v === versionOf(sha256) });
    },
  };
}
