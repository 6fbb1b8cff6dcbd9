/**
 * The HTTP edge: turns routes into a server, and every failure into an answer. Refuses what HTTP itself
 * allows to refuse (names, sizes, times) before a route sees it.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  type HTTPMethods,
} from 'fastify';
import { SiteError, toSiteError } from '../errors.ts';
import { drain } from './drain.ts';
import { errorStyleOf, statusOfError } from './error-style.ts';
import { type HotRoutesOptions, serveHotRoutes } from './hot-routes.ts';
import { requireLoopback } from './loopback-guard.ts';
import { PROBLEM_TYPE, PROBLEMS, toProblem } from './problem-details.ts';
import { announcedBytes } from './read-body.ts';
import { readInTurns } from './read-in-turns.ts';
import type { Route } from './route.ts';
import { closeStalledConnections } from './stalled-connections.ts';

/** Headers arrive in one piece from any honest client. */
const HEADERS_MS_MAX = 10_000;
/** Longer than the pause of a person, so that a page's connection is reused. */
const KEEP_ALIVE_MS = 65_000;
/** How often Node.js looks for requests that ran out of time. */
const TIME_CHECK_MS = 1000;
/** Ids of designs have up to 128 letters. */
const PARAMETER_LENGTH_MAX = 200;

/** Where nothing better is known. */
const RETRY_AFTER_MS = 1000;

/** What a site refuses by design where it has too much to do: a line in the log for each would be more to do. */
const EXPECTED: ReadonlySet<string> = new Set(['OVERLOADED', 'DEADLINE_EXCEEDED']);

const METHODS: readonly HTTPMethods[] = [
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
];

const refuseSchema = (): never => {
  throw new Error('Routes have no schemas here: each reads its own body and writes its own answer.');
};
/** Else the framework loads its validator and its serializer, some 120 files. */
const NO_SCHEMAS = { buildValidator: refuseSchema, buildSerializer: refuseSchema };

/** What the edge logs with; pino's loggers are such. */
interface Log {
  error(details: object, message: string): void;
  info(details: object, message: string): void;
  isLevelEnabled(level: string): boolean;
}

export interface HttpServerOptions {
  readonly routes: readonly Route[];
  readonly log: Log;
  /** Whether only loopback names are answered. */
  readonly isLoopback: boolean;
  /** Longest time a request may take to arrive. */
  readonly requestMsMax: number;
  /** Longest time that a client may read nothing of an answer that waits for it. */
  readonly stallMsMax: number;
  /** The longest body that any route takes: none longer is asked for. */
  readonly bodyBytesMax: number;
  /** Whether so much that was read waits to be computed that of many connections no more is to be read. */
  readonly hasEnough: () => boolean;
}

export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { routes, log, isLoopback, requestMsMax, stallMsMax, bodyBytesMax, hasEnough } = options;
  const requestIdOf = createRequestIds();
  const app = fastify({
    logger: false,
    genReqId: requestIdOf,
    requestTimeout: requestMsMax,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEADERS_MS_MAX, connectionsCheckingInterval: TIME_CHECK_MS },
    return503OnClosing: false,
    schemaController: { compilersFactory: NO_SCHEMAS },
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => answerFailure(log, error, request, reply),
  });
  // Routes read their own bodies: each knows its type and its limit.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    if (isLoopback) requireLoopback(request.headers.host, request.headers.origin);
    done();
  });
  const logAnswer = log.isLevelEnabled('info') ? createAnswerLog(log) : null;
  if (logAnswer !== null) {
    app.addHook('onResponse', (request, reply, done) => {
      logAnswer(request, reply.statusCode, reply.elapsedTime);
      done();
    });
  }
  app.setErrorHandler((error, request, reply) => answerFailure(log, error, request, reply));
  app.setNotFoundHandler((request) => {
    const address = request.url.split('?', 1)[0]!.slice(0, 100);
    throw new SiteError('NOT_FOUND', `There is nothing at ${address}. /docs lists what there is.`);
  });
  for (const { method, url, handle } of routes) app.route({ method, url, handler: handle });
  refuseOtherMethods(app, routes);
  serveHotRoutes(app, {
    routes,
    requestIdOf,
    admit: ({ headers }) => {
      if (isLoopback) requireLoopback(headers.host, headers.origin);
    },
    fail: (thrown, request, reply) => answerFailure(log, thrown, request, reply),
    logAnswer,
  });
  readInTurns(app.server, hasEnough);
  closeStalledConnections(app.server, stallMsMax);
  app.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // A client that asks first is not told to go on with what would be refused.
    if ((announcedBytes(request) ?? 0) <= bodyBytesMax) response.writeContinue();
    app.server.emit('request', request, response);
  });
  return app;
}

/** A caller's own id where it is a plain word, else one that no other process gives. */
function createRequestIds(): (request: IncomingMessage) => string {
  const prefix = randomBytes(4).toString('hex');
  let count = 0;
  return (request) => {
    const given = request.headers['x-request-id'];
    if (typeof given === 'string' && /^[\w.-]{1,64}$/.test(given)) return given;
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
}

function createAnswerLog(log: Log): NonNullable<HotRoutesOptions['logAnswer']> {
  return ({ id, method, url }, status, elapsedMs) => {
    const ms = Math.round(elapsedMs * 1000) / 1000;
    log.info({ request: id, method, url: url.slice(0, 200), status, ms }, 'answered');
  };
}

function refuseOtherMethods(app: FastifyInstance, routes: readonly Route[]): void {
  for (const [url, group] of Map.groupBy(routes, (route) => route.url)) {
    const has = group.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    app.route({
      method: METHODS.filter((method) => !has.includes(method)),
      url,
      onRequest(request, reply) {
        reply.header('allow', has.join(', '));
        throw new SiteError(
          'METHOD_NOT_ALLOWED',
          `${url} answers ${has.join(' and ')}, not ${request.method}.`,
        );
      },
      handler: () => undefined,
    });
  }
}

function answerFailure(log: Log, thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = fromFramework(thrown) ?? toSiteError(thrown);
  const style = errorStyleOf(request.url);
  const status = statusOfError(style, error);
  if (status >= 500 && !EXPECTED.has(error.code)) {
    const { code, message } = error;
    const { method, url, id } = request;
    log.error({ request: id, method, url: url.slice(0, 200), code, err: error }, message);
  }
  if (status === 503) {
    reply.header('retry-after', Math.max(1, Math.ceil((error.retryAfterMs ?? RETRY_AFTER_MS) / 1000)));
  }
  reply.header('cache-control', 'no-store');
  const body = JSON.stringify(style.toBody(error, request.id));
  reply.code(status).header('content-type', style.contentType).send(body);
  drain(request.raw);
}

/** What the framework itself refuses: an address that cannot be decoded, a method it does not know. */
function fromFramework(thrown: unknown): SiteError | null {
  const { code, statusCode } = thrown as { code?: string; statusCode?: number };
  if (typeof code !== 'string' || !code.startsWith('FST_') || statusCode === undefined) return null;
  const { message } = thrown as Error;
  if (statusCode === 404 || statusCode === 414) return new SiteError('NOT_FOUND', message);
  if (statusCode === 415) return new SiteError('CONTENT_TYPE_UNSUPPORTED', message);
  return statusCode < 500 ? new SiteError('REQUEST_MALFORMED', message) : null;
}

/** For what never becomes a request: the answer is written to the socket itself. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const codes = {
    HPE_HEADER_OVERFLOW: ['HEADERS_TOO_LARGE', 'The headers have more than 16 KiB.'],
    ERR_HTTP_REQUEST_TIMEOUT: ['REQUEST_TIMEOUT', 'The request did not arrive in time.'],
  } as const;
  const known = codes[error.code as keyof typeof codes];
  const [code, detail] =
    known ?? (['REQUEST_MALFORMED', `This is no HTTP request: ${error.message}.`] as const);
  const body = JSON.stringify(toProblem(new SiteError(code, detail), ''));
  const { status, title } = PROBLEMS[code];
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
