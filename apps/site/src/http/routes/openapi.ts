/** `GET /openapi.json`: the description of this API, made of its routes. */
import { createOpenApi } from '../openapi.ts';
import type { Route } from '../route.ts';

/** `routes` are those to describe; this one describes itself too. */
export function openApiRoute(routes: readonly Route[], version: string): Route {
  let document: Promise<object> | null = null;
  const route: Route = {
    method: 'GET',
    url: '/openapi.json',
    operation: {
      id: 'openapi',
      summary: 'This description, as OpenAPI 3.1',
      answer: {
        status: 200,
        description: 'The document.',
        content: { 'application/json': { type: 'object' } },
      },
      errors: [],
    },
    handle(_request, reply) {
      reply.header('cache-control', 'no-cache');
      document ??= createOpenApi([...routes, route], version);
      return document;
    },
  };
  return route;
}
