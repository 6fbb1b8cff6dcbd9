/** `GET /api/v1/models`: every loaded model with its signature, and what was answered from memory. */
import type { AnswerCacheCounts, ModelInfo } from '@chamfer/contracts';
import { type Route, readQuery, schemaRef } from '../route.ts';

export function modelsRoute(models: readonly ModelInfo[], countAnswers: () => AnswerCacheCounts): Route {
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
      return { models, answerCache: countAnswers() };
    },
  };
}
