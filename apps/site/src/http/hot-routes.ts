/**
 * Answers routes that are asked thousands of times a second on Node.js' own request and response: the framework's way
 * there and back costs more than a small prediction. Takes plain addresses only; with a query, with anything encoded,
 * and with any other method, a request goes the framework's way, to the same route.
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
type HotRequest = Pick<FastifyRequest, 'raw' | 'headers' | 'url' | 'method' | 'id' | 'query' | 'params'>;

/** A parameter that means the same encoded or not: letters and marks that no address gives a meaning. */
const PLAIN_PARAMETER = '[\\w.~-]{1,100}';

/** Bytes that are copied in less time than a second piece takes to send. */
const ONE_PIECE_BYTES_MAX = 16 * 1024;

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
    if (this.raw.destroyed) return this;
    this.raw.writeHead(this.#status, this.#headers);
    // Node.js sends text in one piece with the headers, in half the time that it takes to send two; and text with a
    // byte a letter without a look at each.
    if (typeof body === 'string') this.raw.end(body, length === body.length ? 'latin1' : 'utf8');
    else if (length <= ONE_PIECE_BYTES_MAX) this.raw.end(body.toString('latin1'), 'latin1');
    else this.raw.end(body);
    return this;
  }
}

export function serveHotRoutes(app: FastifyInstance, options: HotRoutesOptions): void {
  const find = createFinder(options.routes.filter(({ isHot }) => isHot));
  const { server } = app;
  const [framework] = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const found = find(request.method!, request.url!);
    if (found === null) framework!(request, response);
    else answer(found, request, response, server.listening, options);
  });
}

interface FoundRoute {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** What answers a method at an address; null where the framework has to look. */
function createFinder(routes: readonly Route[]): (method: string, url: string) => FoundRoute | null {
  const [open, whole] = [true, false].map((has) => routes.filter(({ url }) => url.includes(':') === has));
  const exact = new Map(whole!.map((route) => [route.url, { route, params: {} }]));
  const patterns = open!.map((route) => ({ route, pattern: patternOf(route.url) }));
  return (method, url) => {
    const found = exact.get(url);
    if (found !== undefined) return found.route.method === method ? found : null;
    for (const { route, pattern } of patterns) {
      const groups = route.method === method ? pattern.exec(url)?.groups : undefined;
      if (groups !== undefined) return { route, params: groups };
    }
    return null;
  };
}

function patternOf(url: string): RegExp {
  return new RegExp(`^${url.replaceAll(/:(\w+)/g, `(?<$1>${PLAIN_PARAMETER})`)}$`);
}

function answer(
  { route, params }: FoundRoute,
  raw: IncomingMessage,
  response: ServerResponse,
  isOpen: boolean,
  { requestIdOf, admit, fail, logAnswer }: HotRoutesOptions,
): void {
  const id = requestIdOf(raw);
  const reply = new HotReply(response, id) as unknown as FastifyReply;
  const { headers, method } = raw;
  const hot: HotRequest = { raw, headers, url: raw.url!, method: method!, id, query: {}, params };
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
