/** `GET /v2` and `/v2/health/...`: who answers, and whether it can work. */
import type { ModelDirectory } from '../../../inference/oip/model-directory.ts';
import { type Answer, type Route, schemaRef } from '../../route.ts';

export function openInferenceServerRoutes(directory: ModelDirectory): Route[] {
  const json = (status: number, description: string, id: string): Answer => ({
    status,
    description,
    content: { 'application/json': schemaRef(id) },
  });
  return [
    {
      method: 'GET',
      url: '/v2',
      operation: {
        id: 'serverMetadata',
        summary: 'Name, version and extensions of the server (Open Inference Protocol)',
        answer: json(200, 'The server.', 'ServerMetadata'),
        errors: [],
      },
      handle: () => directory.server(),
    },
    {
      method: 'GET',
      url: '/v2/health/live',
      operation: {
        id: 'serverLive',
        summary: 'Whether the process answers',
        answer: json(200, 'It does.', 'Liveness'),
        errors: [],
      },
      handle(_request, reply) {
        reply.header('cache-control', 'no-store');
        return { live: true };
      },
    },
    {
      method: 'GET',
      url: '/v2/health/ready',
      operation: {
        id: 'serverReady',
        summary: 'Whether any model can be asked',
        answer: json(200, 'One can.', 'ServerReadiness'),
        otherAnswers: [json(503, 'None can.', 'ServerReadiness')],
        errors: [],
      },
      handle(_request, reply) {
        const ready = directory.isReady();
        reply.header('cache-control', 'no-store').code(ready ? 200 : 503);
        return { ready };
      },
    },
  ];
}
