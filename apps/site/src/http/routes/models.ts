/** `GET /api/v1/models`: every loaded model with its signature, and what was answered from memory. */
import type { AnswerCacheCounts } from '@chamfer/contracts';
import type { ServedModel } from '../../inference/model-registry.ts';
import type { ModelTable } from '../../inference/model-table.ts';
import { type Route, readQuery, schemaRef } from '../route.ts';

export function modelsRoute(table: ModelTable<ServedModel>, countAnswers: () => AnswerCacheCounts): Route {
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
      return { models: table.infos, answerCache: countAnswers() };
    },
  };
}
