/** One address of the API: what it does, and what the OpenAPI document says of it. Sibling routes have this shape. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AnsweredErrorCode, SiteError } from '../errors.ts';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** With parameters as `:name`. */
  readonly url: string;
  /** Null for files of the page, which are no part of the API. */
  readonly operation: Operation | null;
  readonly handle: (request: FastifyRequest, reply: FastifyReply) => unknown;
  /**
   * Whether `hot-routes.ts` answers it: then `handle` returns a promise of the whole body, and uses no more of request
   * and reply than is there.
   */
  readonly isHot?: true;
}

export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  /** Schema (or reference) by content type. */
  readonly requestBody?: Readonly<Record<string, object>>;
  readonly isBodyOptional?: true;
  readonly answer: Answer;
  /** A second answer that is no problem document, such as "not ready". */
  readonly otherAnswers?: readonly Answer[];
  /** Beside those that every route can answer. */
  readonly errors: readonly AnsweredErrorCode[];
}

export interface Answer {
  readonly status: number;
  readonly description: string;
  readonly content: Readonly<Record<string, object>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly description: string;
  readonly schema: object;
}

/** A reference to a schema of `@chamfer/contracts`, by its `$id`. */
export function schemaRef(id: string): { $ref: string } {
  return { $ref: `#/components/schemas/${id}` };
}

/** A content type without its parameters, in small letters. */
function mediaTypeOf(header: string): string {
  const end = header.indexOf(';');
  return (end === -1 ? header : header.slice(0, end)).trim().toLowerCase();
}

/** Throws `CONTENT_TYPE_UNSUPPORTED`. */
export function requireMediaType(request: FastifyRequest, allowed: readonly string[]): string {
  const header = request.headers['content-type'] ?? '';
  const type = allowed.includes(header) ? header : mediaTypeOf(header);
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    const what = `The body is compressed (content-encoding: ${encoding.slice(0, 40)}); send it as it is.`;
    throw new SiteError('CONTENT_TYPE_UNSUPPORTED', what);
  }
  if (allowed.includes(type)) return type;
  const given = type === '' ? 'There is no content type' : `The content type is ${type.slice(0, 80)}`;
  throw new SiteError('CONTENT_TYPE_UNSUPPORTED', `${given}; send ${allowed.join(' or ')}.`);
}

/** The query parameters as text; throws `INPUT_INVALID` for one that is unknown or given twice. */
export function readQuery<const Name extends string>(
  request: FastifyRequest,
  allowed: readonly Name[],
): Partial<Record<Name, string>> {
  const query = request.query as Record<string, string | string[]>;
  for (const [name, value] of Object.entries(query)) {
    const shown = JSON.stringify(name.slice(0, 40));
    if (!(allowed as readonly string[]).includes(name)) {
      const what = `Unknown query parameter ${shown}; there are: ${allowed.join(', ') || 'none'}.`;
      throw new SiteError('INPUT_INVALID', what, { path: name.slice(0, 40) });
    }
    if (typeof value !== 'string') {
      throw new SiteError('INPUT_INVALID', `The query parameter ${shown} is given twice.`, { path: name });
    }
  }
  return query as Partial<Record<Name, string>>;
}

/** An answer's body as the framework and Node.js send it: bytes are not copied. */
export function toPayload(body: string | Uint8Array<ArrayBuffer>): string | Buffer {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.length);
}

export interface IntegerBounds {
  readonly min: number;
  readonly max: number;
  readonly standard: number;
}

/** Throws `INPUT_INVALID`. */
export function readInteger(text: string | undefined, name: string, bounds: IntegerBounds): number {
  if (text === undefined) return bounds.standard;
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= bounds.min && value <= bounds.max) return value;
  const what = `${name} is ${JSON.stringify(text.slice(0, 40))}; send an integer from ${bounds.min} to ${bounds.max}.`;
  throw new SiteError('INPUT_INVALID', what, { path: name });
}

export function integerSchema({ min, max, standard }: IntegerBounds): object {
  return { type: 'integer', minimum: min, maximum: max, default: standard };
}

/** Longest time that a caller may give a call. */
const TIMEOUT_MS_MAX = 3_600_000;

export const TIMEOUT_PARAMETER: Parameter = {
  name: 'timeout',
  in: 'query',
  description:
    'Milliseconds that the caller waits, from when the request arrived. A call that is not answered by then is refused with `DEADLINE_EXCEEDED`, and is not computed any more where that had not begun.',
  schema: { type: 'integer', minimum: 1, maximum: TIMEOUT_MS_MAX },
};

/** `abortSignalOf` for those who may not need it: made at once only where the caller gives a time. */
export function lazySignalOf(reply: FastifyReply, timeout: string | undefined): () => AbortSignal {
  let signal = timeout === undefined ? null : abortSignalOf(reply, timeout);
  return () => {
    signal ??= abortSignalOf(reply);
    return signal;
  };
}

/**
 * Aborts when the client goes away before it has its answer, and after the time that its query parameter `timeout`
 * gives, with the reason. Throws `INPUT_INVALID`.
 */
export function abortSignalOf(reply: FastifyReply, timeout?: string): AbortSignal {
  const controller = new AbortController();
  const { raw } = reply;
  if (raw.destroyed) controller.abort();
  const bounds = { min: 1, max: TIMEOUT_MS_MAX, standard: 0 };
  const ms = readInteger(timeout, 'timeout', bounds);
  const what = `There was no answer within ${ms} ms, the timeout of the call.`;
  const expire = (): void => controller.abort(new SiteError('DEADLINE_EXCEEDED', what, { path: 'timeout' }));
  const timer = ms === 0 ? undefined : setTimeout(expire, ms);
  raw.once('close', () => {
    clearTimeout(timer);
    if (!raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
