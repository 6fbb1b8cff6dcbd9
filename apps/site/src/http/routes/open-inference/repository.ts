/** `POST /v2/repository/index`: which model versions there are, and which of them can be asked; for this machine only. */
import { SiteError } from '../../../errors.ts';
import type { ModelDirectory } from '../../../inference/oip/model-directory.ts';
import { parseJson } from '../../../inference/parse-json.ts';
import { concatBytes } from '../../../workers/byte-blocks.ts';
import type { BodyBudget } from '../../body-budget.ts';
import { requireLoopbackPeer } from '../../loopback-guard.ts';
import { readBody } from '../../read-body.ts';
import { type Route, schemaRef } from '../../route.ts';

/** A request has one word in it. */
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
  ];
}

function readOnlyReady(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  const request = parseJson(bytes);
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new SiteError('INPUT_INVALID', 'The body is no JSON object.');
  }
  const { ready = false } = request as { ready?: unknown };
  if (typeof ready === 'boolean') return ready;
  throw new SiteError('INPUT_INVALID', '"ready" is neither true nor false.', { path: 'ready' });
}
