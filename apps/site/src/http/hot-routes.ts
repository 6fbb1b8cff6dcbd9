/**
 * Answers routes that are asked thousands of times a second on Node.js' own request and response: the framework's way
 * there and back costs more than a small prediction. Takes exact addresses only; with a query, and with any other
 * method, a request goes the framework's way, to the same route.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from './route.ts';

export interface HotRoutesOptions {
  readonly routes: readonly Route[];
  readonly requestIdOf: (request: IncomingMessage) => string;
  /** Throws what keeps a request from its route. */
  readonly admit: (request: IncomingMessage) => void;
  readonly fail: (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => void;
  /** Null where answers are not logged. */
  readonly logAnswer: ((request: HotRequest, status: number, ms: number) => void) | null;
}

/** A request as far as hot routes and refusals know it. */
type HotRequest = Pick<FastifyRequest, 'raw' | 'headers' | 'url' | 'method' | 'id' | 'query'>;

/** The framework's reply, as far as hot routes and refusals use it. */
class HotReply {
  readonly raw: ServerResponse;
  readonly #headers: string[];
  #status = 200;

  constructor(raw: ServerResponse, id: string) {
    this.raw = raw;
    this.#headers = ['x-request-id', id, 'x-content-type-options', 'nosniff'];
  }

  header(name: string, value: unknown): this {
    this.#headers.push(name, String(value));
    return this;
  }

  code(status: number): this {
    this.#status = status;
    return this;
  }

  send(body: string | Buffer): this {
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    this.#headers.push('content-length', String(length));
    // Nobody is left to be answered where the connection has closed.
    if (!this.raw.destroyed) this.raw.writeHead(this.#status, this.#headers).end(body);
    return this;
  }
}

export function serveHotRoutes(app: FastifyInstance, options: HotRoutesOptions): void {
  const byUrl = new Map(options.routes.filter(({ isHot }) => isHot).map((route) => [route.url, route]));
  const { server } = app;
  const [framework] = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const route = byUrl.get(request.url!);
    if (route === undefined || route.method !== request.method) framework!(request, response);
    else answer(route, request, response, server.listening, options);
  });
}

function answer(
  route: Route,
  raw: IncomingMessage,
  response: ServerResponse,
  isOpen: boolean,
  { requestIdOf, admit, fail, logAnswer }: HotRoutesOptions,
): void {
  const id = requestIdOf(raw);
  const reply = new HotReply(response, id) as unknown as FastifyReply;
  const { headers, method } = raw;
  const hot: HotRequest = { raw, headers, url: raw.url!, method: method!, id, query: {} };
  const request = hot as FastifyRequest;
  if (!isOpen) response.shouldKeepAlive = false;
  if (logAnswer !== null) {
    const startMs = performance.now();
    response.once('close', () => logAnswer(hot, response.statusCode, performance.now() - startMs));
  }
  try {
    admit(raw);
    const body = route.handle(request, reply) as Promise<string | Buffer>;
    body.then(
      (value) => reply.send(value),
      (thrown: unknown) => fail(thrown, request, reply),
    );
  } catch (thrown) {
    fail(thrown, request, reply);
  }
}
