/** `POST /v2/models/M/infer`: named tensors in, named tensors out, as JSON or as bytes after it, plain or compressed. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SiteError } from '../../../errors.ts';
import type { EncodedAnswer } from '../../../inference/encoded-answer.ts';
import type { InferService } from '../../../inference/infer-service.ts';
import type { BodyBudget } from '../../body-budget.ts';
import { chooseEncoding, compress } from '../../compress-answer.ts';
import { announcedBytes, BODY_ENCODINGS, type BodyEncoding, readBody } from '../../read-body.ts';
import {
  lazySignalOf,
  type Operation,
  type Route,
  schemaRef,
  TIMEOUT_PARAMETER,
  toPayload,
} from '../../route.ts';
import { SpareBlocks } from '../../spare-blocks.ts';
import { atBothAddresses, readModelAddress } from './model-address.ts';

const HEADER_LENGTH = 'inference-header-content-length';
const BINARY = { type: 'string', format: 'binary' };

export interface InferRouteOptions {
  readonly inference: InferService;
  readonly bodyBytesMax: number;
  readonly budget: BodyBudget;
}

const OPERATION: Operation = {
  id: 'infer',
  summary: 'Runs a model over named tensors (Open Inference Protocol)',
  description:
    'JSON, or JSON with the bytes of tensors after it: then `Inference-Header-Content-Length` says how long the JSON is, here and in the answer. Bodies may be compressed with gzip or deflate, both ways.',
  parameters: [
    TIMEOUT_PARAMETER,
    {
      name: 'Inference-Header-Content-Length',
      in: 'header',
      description: 'Bytes of the JSON where bytes of tensors follow; 0 where the whole body is one tensor.',
      schema: { type: 'integer', minimum: 0 },
    },
  ],
  requestBody: { 'application/json': schemaRef('InferRequest'), 'application/octet-stream': BINARY },
  answer: {
    status: 200,
    description: 'The outputs.',
    content: { 'application/json': schemaRef('InferResponse'), 'application/octet-stream': BINARY },
  },
  errors: [
    'JSON_MALFORMED',
    'BODY_INCOMPLETE',
    'BODY_TOO_LARGE',
    'ENCODING_MALFORMED',
    'CONTENT_TYPE_UNSUPPORTED',
    'INPUT_INVALID',
    'METHOD_UNSUPPORTED',
    'MODEL_UNKNOWN',
    'MODEL_BROKEN',
    'REMOTE_FAILED',
    'REMOTE_UNAVAILABLE',
    'TIME_LIMIT_EXCEEDED',
    'MEMORY_LIMIT_EXCEEDED',
    'OVERLOADED',
    'DEADLINE_EXCEEDED',
  ],
};

export function inferRoutes({ inference, bodyBytesMax, budget }: InferRouteOptions): Route[] {
  const spare = new SpareBlocks();
  const handle: Route['handle'] = async (request, reply) => {
    const headerBytes = readHeaderLength(request);
    const { timeout } = request.query as { timeout?: string };
    const signal = lazySignalOf(reply, timeout);
    const encoding = readEncoding(request);
    const target = { kind: 'json', ...readModelAddress(request), headerBytes } as const;
    inference.requireRoom(target, announcedBytes(request.raw));
    const alignedAt = headerBytes ?? 0;
    const body = await readBody(request.raw, bodyBytesMax, budget, { encoding, alignedAt, spare });
    try {
      const answered = inference.answer(body, target, signal);
      // A promise where there is none to wait for costs as much as the smallest prediction.
      return encode(answered instanceof Promise ? await answered : answered, request, reply);
    } finally {
      body.release();
    }
  };
  return atBothAddresses('/infer', { method: 'POST', operation: OPERATION, handle, isHot: true });
}

/** Sets the headers that the answer needs. */
function encode(
  { body, headerBytes }: EncodedAnswer,
  request: FastifyRequest,
  reply: FastifyReply,
): string | Buffer | Promise<Buffer> {
  const type = headerBytes === null ? 'application/json; charset=utf-8' : 'application/octet-stream';
  reply.header('content-type', type).header('vary', 'accept-encoding');
  if (headerBytes !== null) reply.header(HEADER_LENGTH, headerBytes);
  const encoding = chooseEncoding(request.headers['accept-encoding']?.toString(), body.length);
  if (encoding !== null) {
    reply.header('content-encoding', encoding);
    return compress(body, encoding);
  }
  return toPayload(body);
}

function readHeaderLength(request: FastifyRequest): number | null {
  const header = request.headers[HEADER_LENGTH];
  if (header === undefined) return null;
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header);
  throw new SiteError('INPUT_INVALID', 'Inference-Header-Content-Length is no number of bytes.');
}

function readEncoding(request: FastifyRequest): BodyEncoding {
  const header = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  const encoding = BODY_ENCODINGS.find((one) => one === header);
  if (encoding !== undefined) return encoding;
  const what = `The content encoding is ${header.slice(0, 40)}; send ${BODY_ENCODINGS.join(', ')}.`;
  throw new SiteError('CONTENT_TYPE_UNSUPPORTED', what);
}
