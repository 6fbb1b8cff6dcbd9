/**
 * `POST /v2/repository/index` and `/v2/repository/models/M/load` and `unload`: which model versions there are, which
 * of them can be asked, and changes to that; for this machine only.
 */
import { SiteError } from '../../../errors.ts';
import type { ModelDirectory } from '../../../inference/oip/model-directory.ts';
import { parseJson } from '../../../inference/parse-json.ts';
import { concatBytes } from '../../../workers/byte-blocks.ts';
import type { BodyBudget } from '../../body-budget.ts';
import { requireLoopbackPeer } from '../../loopback-guard.ts';
import { readBody } from '../../read-body.ts';
import { type Route, schemaRef } from '../../route.ts';

/** A request has a word or two in it. */
const BODY_BYTES_MAX = 64 * 1024;

export function repositoryRoutes(directory: ModelDirectory, budget: BodyBudget): Route[] {
  return [
    {
      method: 'POST',
      url: '/v2/repository/index',
      operation: {
        id: 'repositoryIndex',
        summary: 'Model versions of the repository and their state',
        requestBody: { 'application/json': schemaRef('RepositoryIndexRequest') },
        isBodyOptional: true,
        answer: {
          status: 200,
          description: 'The versions.',
          content: { 'application/json': schemaRef('RepositoryIndex') },
        },
        errors: ['LOOPBACK_ONLY', 'JSON_MALFORMED', 'INPUT_INVALID', 'BODY_TOO_LARGE', 'BODY_INCOMPLETE'],
      },
      async handle(request) {
        requireLoopbackPeer(request.raw.socket.remoteAddress);
        const body = await readBody(request.raw, BODY_BYTES_MAX, budget);
        try {
          return directory.index(readOnlyReady(concatBytes(body.blocks)));
        } finally {
          body.release();
        }
      },
    },
    changeRoute('load', 'Loads a model, or loads it again as it is in the repository now', budget, (model) =>
      directory.load(model),
    ),
    changeRoute('unload', 'Takes a model away; calls that run on it finish', budget, (model) =>
      directory.unload(model),
    ),
  ];
}

function changeRoute(
  verb: 'load' | 'unload',
  summary: string,
  budget: BodyBudget,
  change: (model: string) => Promise<void>,
): Route {
  return {
    method: 'POST',
    url: `/v2/repository/models/:model/${verb}`,
    operation: {
      id: `${verb}Model`,
      summary,
      description: 'Where the site was started with `--model-control explicit`.',
      parameters: [
        { name: 'model', in: 'path', description: 'Name of a model.', schema: { type: 'string' } },
      ],
      requestBody: { 'application/json': schemaRef('RepositoryChangeRequest') },
      isBodyOptional: true,
      answer: {
        status: 200,
        description: 'It is done.',
        content: { 'application/json': schemaRef('RepositoryChange') },
      },
      errors: [
        'LOOPBACK_ONLY',
        'MODEL_CONTROL_OFF',
        'MODEL_UNKNOWN',
        'MODEL_BROKEN',
        'OVERLOADED',
        'JSON_MALFORMED',
        'INPUT_INVALID',
        'BODY_TOO_LARGE',
        'BODY_INCOMPLETE',
      ],
    },
    async handle(request) {
      requireLoopbackPeer(request.raw.socket.remoteAddress);
      const body = await readBody(request.raw, BODY_BYTES_MAX, budget);
      try {
        requirePlain(concatBytes(body.blocks));
      } finally {
        body.release();
      }
      await change((request.params as { model: string }).model);
      return {};
    },
  };
}

/** A model is loaded as it stands in the repository: nothing else is taken from a request. */
function requirePlain(bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  const { parameters = {} } = requireObject(parseJson(bytes)) as { parameters?: unknown };
  const { unload_dependents: dependents = false, ...others } = requireObject(parameters) as Record<
    string,
    unknown
  >;
  if (typeof dependents !== 'boolean') {
    throw new SiteError('INPUT_INVALID', '"unload_dependents" is neither true nor false.', {
      path: 'parameters',
    });
  }
  const names = Object.keys(others);
  if (names.length === 0) return;
  const what = `The parameter ${JSON.stringify(names[0]!.slice(0, 40))} is not taken: a model is loaded as it stands in the repository.`;
  throw new SiteError('INPUT_INVALID', what, { path: 'parameters' });
}

function requireObject(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new SiteError('INPUT_INVALID', 'The body is no JSON object.');
}

function readOnlyReady(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  const { ready = false } = requireObject(parseJson(bytes)) as { ready?: unknown };
  if (typeof ready === 'boolean') return ready;
  throw new SiteError('INPUT_INVALID', '"ready" is neither true nor false.', { path: 'ready' });
}
