/** `GET /openapi.json`: the description of this API, made of its routes. */
import type { ModelInfo } from '@chamfer/contracts';
import { createOpenApi } from '../openapi.ts';
import type { Route } from '../route.ts';

/** `routes` are those to describe; this one describes itself too. `models` are those that are loaded now. */
export function openApiRoute(
  routes: readonly Route[],
  version: string,
  models: () => readonly ModelInfo[] = () => [],
): Route {
  let document: Promise<object> | null = null;
  let described = '';
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
      const infos = models();
      const names = infos.map(({ name, version: own }) => `${name} ${own}`).join();
      if (document === null || names !== described) {
        described = names;
        document = createOpenApi([...routes, route], version, infos);
      }
      return document;
    },
  };
  return route;
}
