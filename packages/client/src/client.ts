/** The SDK: a site's API as typed functions over `fetch`, in Node.js and in a browser. */
import type {
  Design,
  ModelList,
  PredictRequest,
  PredictResponse,
  Problem,
  RecommendationResponse,
} from '@chamfer/contracts';
import { ClientError } from './errors.ts';

export interface ClientOptions {
  /** Where the site answers, such as `http://127.0.0.1:8000`; empty in a page that the site itself serves. */
  readonly url: string;
  /** How long one request may take; 60,000 by default. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof globalThis.fetch;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface RecommendOptions extends CallOptions {
  /** The file's name: a hint to its format, and repeated in the answer. */
  readonly filename?: string;
  /** How many designs to recommend, 1 to 100; 10 by default. */
  readonly k?: number;
}

export interface DesignPage {
  readonly designs: readonly Design[];
  readonly nextCursor: string | null;
}

/** Every function throws `ClientError`; an aborted `signal` throws its own reason. */
export interface Client {
  /** Whether the site is ready to answer; `false` while it starts or stops. */
  ready(options?: CallOptions): Promise<boolean>;
  models(options?: CallOptions): Promise<ModelList>;
  predict(request: PredictRequest, options?: CallOptions): Promise<PredictResponse>;
  /** Sends the bytes of an STL or OBJ file. */
  recommend(
    file: Uint8Array<ArrayBuffer> | Blob,
    options?: RecommendOptions,
  ): Promise<RecommendationResponse>;
  designs(options?: CallOptions & { limit?: number; cursor?: string }): Promise<DesignPage>;
  design(id: string, options?: CallOptions): Promise<Design>;
}

const TIMEOUT_MS_DEFAULT = 60_000;

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}

/** The deepest reason that Node.js or a browser gives for a request that nobody answered. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error
    ? cause.message || String((cause as { code?: unknown }).code ?? cause.name)
    : String(cause);
}

/** Throws `ClientError` where the answer is not a success; returns its JSON. */
async function readAnswer(response: Response, what: string): Promise<unknown> {
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (response.ok && body !== undefined) return body;
  if (isProblem(body)) {
    throw new ClientError('REFUSED', `${what}: ${body.title}. ${body.detail}`, {
      status: response.status,
      problem: body,
    });
  }
  throw new ClientError(
    'UNEXPECTED',
    `${what}: status ${response.status} with a body that is not Chamfer's. Is another program listening there?`,
    { status: response.status },
  );
}

export function createClient(options: ClientOptions): Client {
  const base = options.url.replace(/\/+$/, '');
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS_DEFAULT;
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis);

  async function send(path: string, init: RequestInit, signal: AbortSignal | undefined): Promise<Response> {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      return await fetch(`${base}${path}`, {
        ...init,
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      if (timeout.aborted)
        throw new ClientError('TIMEOUT', `No answer from ${base}${path} in ${timeoutMs} ms.`, { cause });
      throw new ClientError(
        'UNREACHABLE',
        `No site answers at ${base || 'this address'}: ${reasonOf(cause)}.`,
        { cause },
      );
    }
  }

  /** Answers are trusted to have the shape that the contracts give: this is the vendor's own pair of ends. */
  async function call<T>(method: string, path: string, init: RequestInit, signal?: AbortSignal): Promise<T> {
    const response = await send(path, { ...init, method }, signal);
    return (await readAnswer(response, `${method} ${path}`)) as T;
  }

  return {
    async ready({ signal } = {}) {
      const response = await send('/health/ready', {}, signal);
      await response.body?.cancel();
      return response.ok;
    },
    models: ({ signal } = {}) => call('GET', '/api/v1/models', {}, signal),
    predict: (request, { signal } = {}) =>
      call(
        'POST',
        '/predict',
        { body: JSON.stringify(request), headers: { 'content-type': 'application/json' } },
        signal,
      ),
    recommend(file, { filename, k, signal } = {}) {
      const query = new URLSearchParams();
      if (k !== undefined) query.set('k', String(k));
      if (filename !== undefined) query.set('filename', filename);
      const path = `/api/v1/recommendations?${query}`;
      return call(
        'POST',
        path,
        { body: file, headers: { 'content-type': 'application/octet-stream' } },
        signal,
      );
    },
    designs({ limit, cursor, signal } = {}) {
      const query = new URLSearchParams();
      if (limit !== undefined) query.set('limit', String(limit));
      if (cursor !== undefined) query.set('cursor', cursor);
      return call('GET', `/api/v1/designs?${query}`, {}, signal);
    },
    design: (id, { signal } = {}) => call('GET', `/api/v1/designs/${encodeURIComponent(id)}`, {}, signal),
  };
}
