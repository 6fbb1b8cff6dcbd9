/**
 * Connections to a server of the Open Inference Protocol elsewhere, over HTTP or gRPC: bytes out, bytes back, within a
 * deadline and a size. One of the three files of a site that open connections to somewhere else.
 */
import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Client, credentials, status as grpcStatus, type ServiceError } from '@grpc/grpc-js';

/** As many calls as there may be at once; more wait in line for a connection. */
const CONNECTIONS_MAX = 64;
/** Far above any answer of a model, far below what would trouble the process. */
const ANSWER_BYTES_MAX = 256 * 2 ** 20;
const HEADER_LENGTH = 'inference-header-content-length';

export interface CallLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What became of one call. */
export type RemoteOutcome<T> =
  | { readonly kind: 'answer'; readonly value: T }
  /** The server says that the call is wrong. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The server failed, or answered what is no answer. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** Nothing is known but that there is no answer; `isRepeatable` where the call was certainly not worked on. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly isRepeatable: boolean }
  /** Whoever asked has gone. */
  | { readonly kind: 'abandoned' };

export interface HttpAnswer {
  readonly status: number;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Bytes of the JSON where bytes of tensors follow; null where it is all JSON. */
  readonly headerBytes: number | null;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export class HttpConnection {
  readonly #base: URL;
  readonly #agent: HttpAgent;
  readonly #answerBytesMax: number;

  /** `http:` or `https:`, with a path in front of `/v2` where there is one. */
  constructor(base: URL, answerBytesMax: number = ANSWER_BYTES_MAX) {
    this.#base = base;
    this.#answerBytesMax = answerBytesMax;
    const options = { keepAlive: true, maxSockets: CONNECTIONS_MAX };
    this.#agent = base.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /** 2xx and 4xx are answers; what they say is the caller's to read. */
  async call(call: HttpCall, limits: CallLimits): Promise<RemoteOutcome<HttpAnswer>> {
    const deadline = AbortSignal.timeout(limits.timeoutMs);
    const signal = limits.signal === undefined ? deadline : AbortSignal.any([deadline, limits.signal]);
    let hasAnswerBegun = false;
    let isReused = false;
    try {
      const response = await this.#send(call, signal, (reused) => {
        isReused = reused;
      });
      hasAnswerBegun = true;
      const body = await readAll(response, this.#answerBytesMax);
      if (body === null)
        return { kind: 'failed', reason: `its answer has more than ${this.#answerBytesMax} bytes` };
      const { statusCode = 0, headers } = response;
      if (statusCode === 502 || statusCode === 503) {
        return { kind: 'unavailable', reason: `it answered ${statusCode}`, isRepeatable: true };
      }
      const length = headers[HEADER_LENGTH];
      return {
        kind: 'answer',
        value: { status: statusCode, body, headerBytes: length === undefined ? null : Number(length) },
      };
    } catch (error) {
      if (limits.signal?.aborted) return { kind: 'abandoned' };
      if (deadline.aborted) {
        const reason = `it did not answer within ${limits.timeoutMs} ms`;
        return { kind: 'unavailable', reason, isRepeatable: false };
      }
      const { code = '', message } = error as NodeJS.ErrnoException;
      // A kept connection may have been closed by the server as the call went out: it never read it.
      const isStale = isReused && !hasAnswerBegun && (code === 'ECONNRESET' || code === 'EPIPE');
      const isRepeatable =
        isStale || ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'].includes(code);
      return { kind: 'unavailable', reason: code === '' ? message : code, isRepeatable };
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    { method, path, body, headers = {} }: HttpCall,
    signal: AbortSignal,
    onSocket: (isReused: boolean) => void,
  ): Promise<IncomingMessage> {
    const url = new URL(`${this.#base.pathname.replace(/\/+$/, '')}${path}`, this.#base);
    const lengths = body === undefined ? {} : { 'content-length': String(body.length) };
    const options: RequestOptions = {
      method,
      agent: this.#agent,
      headers: { accept: 'application/json, application/octet-stream', ...headers, ...lengths },
      signal,
    };
    return new Promise((resolve, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = send(url, options, resolve);
      request.on('error', reject);
      request.on('socket', () => onSocket(request.reusedSocket));
      request.end(body);
    });
  }
}

/** Null where there is more than may be. */
async function readAll(response: IncomingMessage, bytesMax: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bytesMax) {
      response.destroy();
      return null;
    }
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

export class GrpcConnection {
  readonly #client: Client;

  constructor(address: string, isSecure: boolean) {
    const trust = isSecure ? credentials.createSsl() : credentials.createInsecure();
    this.#client = new Client(address, trust, {
      'grpc.max_receive_message_length': ANSWER_BYTES_MAX,
      'grpc.max_send_message_length': -1,
      // Repeating is decided in one place, for both protocols.
      'grpc.enable_retries': 0,
    });
  }

  call(
    path: string,
    message: Uint8Array,
    limits: CallLimits,
  ): Promise<RemoteOutcome<Uint8Array<ArrayBuffer>>> {
    const asIs = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return new Promise((resolve) => {
      if (limits.signal?.aborted) {
        resolve({ kind: 'abandoned' });
        return;
      }
      const options = { deadline: Date.now() + limits.timeoutMs };
      const call = this.#client.makeUnaryRequest(path, asIs, asIs, message, options, (error, answer) => {
        limits.signal?.removeEventListener('abort', cancel);
        if (error === null) resolve({ kind: 'answer', value: new Uint8Array(answer!) });
        else resolve(limits.signal?.aborted ? { kind: 'abandoned' } : outcomeOf(error, limits.timeoutMs));
      });
      const cancel = (): void => call.cancel();
      limits.signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  close(): void {
    this.#client.close();
  }
}

function outcomeOf({ code, details }: ServiceError, timeoutMs: number): RemoteOutcome<never> {
  switch (code) {
    case grpcStatus.UNAVAILABLE:
      return { kind: 'unavailable', reason: details, isRepeatable: true };
    case grpcStatus.DEADLINE_EXCEEDED:
      return { kind: 'unavailable', reason: `it did not answer within ${timeoutMs} ms`, isRepeatable: false };
    case grpcStatus.INVALID_ARGUMENT:
    case grpcStatus.NOT_FOUND:
    case grpcStatus.OUT_OF_RANGE:
    case grpcStatus.FAILED_PRECONDITION:
      return { kind: 'refused', reason: details };
    case grpcStatus.RESOURCE_EXHAUSTED:
      return { kind: 'unavailable', reason: details, isRepeatable: false };
    default:
      return { kind: 'failed', reason: details };
  }
}
