/** `GET /api/v1/models`: every loaded model with its signature. */
import type { ModelInfo } from '@chamfer/contracts';
import { type Route, readQuery, schemaRef } from '../route.ts';

export function modelsRoute(models: readonly ModelInfo[]): Route {
  return {
    method: 'GET',
    url: '/api/v1/models',
    operation: {
      id: 'listModels',
      summary: 'Loaded models and their signatures',
      answer: {
        status: 200,
        description: 'The models.',
        content: { 'application/json': schemaRef('ModelList') },
      },
      errors: ['INPUT_INVALID'],
    },
    handle(request, reply) {
      readQuery(request, []);
      reply.header('cache-control', 'no-cache');
      return { models };
    },
  };
}
