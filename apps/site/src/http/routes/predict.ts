/** `POST /predict`: rows in, one prediction a row out, from any loaded model. */
import type { PredictionService } from '../../inference/prediction-service.ts';
import type { BodyBudget } from '../body-budget.ts';
import { announcedBytes, readBody } from '../read-body.ts';
import {
  lazySignalOf,
  type Route,
  readQuery,
  requireMediaType,
  schemaRef,
  TIMEOUT_PARAMETER,
  toPayload,
} from '../route.ts';
import { SpareBlocks } from '../spare-blocks.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

export interface PredictRouteOptions {
  readonly predictions: PredictionService;
  readonly bodyBytesMax: number;
  readonly budget: BodyBudget;
}

export function predictRoute({ predictions, bodyBytesMax, budget }: PredictRouteOptions): Route {
  const spare = new SpareBlocks();
  return {
    method: 'POST',
    url: '/predict',
    isHot: true,
    operation: {
      id: 'predict',
      summary: 'Predicts with any loaded model',
      description: 'What a model takes and answers stands in `/api/v1/models`.',
      parameters: [TIMEOUT_PARAMETER],
      requestBody: { 'application/json': schemaRef('PredictRequest') },
      answer: {
        status: 200,
        description: 'One prediction a row.',
        content: { 'application/json': schemaRef('PredictResponse') },
      },
      errors: [
        'JSON_MALFORMED',
        'BODY_INCOMPLETE',
        'BODY_TOO_LARGE',
        'CONTENT_TYPE_UNSUPPORTED',
        'INPUT_INVALID',
        'METHOD_UNSUPPORTED',
        'MODEL_UNKNOWN',
        'MODEL_BROKEN',
        'TIME_LIMIT_EXCEEDED',
        'MEMORY_LIMIT_EXCEEDED',
        'OVERLOADED',
        'DEADLINE_EXCEEDED',
      ],
    },
    async handle(request, reply) {
      requireMediaType(request, ['application/json']);
      predictions.requireRoom(announcedBytes(request.raw));
      const { timeout } = readQuery(request, ['timeout']);
      const signal = lazySignalOf(reply, timeout);
      const body = await readBody(request.raw, bodyBytesMax, budget, { spare });
      try {
        const answered = predictions.answer(body, signal);
        // A promise where there is none to wait for costs as much as the smallest prediction.
        const { body: answer } = answered instanceof Promise ? await answered : answered;
        reply.header('content-type', JSON_TYPE);
        return toPayload(answer);
      } finally {
        body.release();
      }
    },
  };
}
