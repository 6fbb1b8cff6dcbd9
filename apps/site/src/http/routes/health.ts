/** `GET /health/live` and `/health/ready`: whether the process answers, and whether every part of it can work. */
import type { HealthPart } from '@chamfer/contracts';
import { type Answer, type Route, schemaRef } from '../route.ts';

export function healthRoutes(readParts: () => readonly HealthPart[]): Route[] {
  const readiness = (status: number, description: string): Answer => ({
    status,
    description,
    content: { 'application/json': schemaRef('Readiness') },
  });
  return [
    {
      method: 'GET',
      url: '/health/live',
      operation: {
        id: 'live',
        summary: 'Whether the process answers',
        answer: {
          status: 200,
          description: 'It does.',
          content: { 'application/json': schemaRef('Liveness') },
        },
        errors: [],
      },
      handle(_request, reply) {
        reply.header('cache-control', 'no-store');
        return { live: true };
      },
    },
    {
      method: 'GET',
      url: '/health/ready',
      operation: {
        id: 'ready',
        summary: 'Whether every part is ready to work',
        answer: readiness(200, 'Every part is ready.'),
        otherAnswers: [readiness(503, 'Some part is not ready; its detail says why.')],
        errors: [],
      },
      handle(_request, reply) {
        const parts = readParts();
        const ready = parts.every((part) => part.ready);
        reply.header('cache-control', 'no-store').code(ready ? 200 : 503);
        return { ready, parts };
      },
    },
  ];
}
