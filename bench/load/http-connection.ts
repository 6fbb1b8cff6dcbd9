/**
 * One keep-alive HTTP/1.1 connection that sends prepared bytes and reads the answer. Written on `node:net`, because
 * Node's HTTP client costs as much CPU as the cheapest servers measured and would become the limit. Refuses answers
 * that do not state their length, or that come unasked.
 */
import { connect, type Socket } from 'node:net';
import type { Target } from './messages.ts';

/** An answer of 256 rows has a few kilobytes; more than this is not an answer to what was asked. */
const HEAD_BYTES_MAX = 16 * 1024;
const BODY_BYTES_MAX = 64 * 1024 * 1024;
/** Well within the 511 that Node.js lets wait to be accepted. */
const OPENED_TOGETHER = 256;

interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export interface HttpConnection {
  /** Sends one request; one at a time. Refuses answers that are not 200. */
  send(request: Buffer): Promise<Buffer>;
  /** The same with an answer of any status. */
  exchange(request: Buffer): Promise<HttpAnswer>;
  close(): void;
}

interface Head {
  readonly status: number;
  readonly bytes: number;
  readonly bodyBytes: number;
}

/** The head of an answer, or `null` where it is not all there yet. */
function parseHead(received: Buffer): Head | null {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) {
    if (received.length > HEAD_BYTES_MAX)
      throw new Error(`The head of the answer exceeds ${HEAD_BYTES_MAX} bytes.`);
    return null;
  }
  const head = received.toString('latin1', 0, end);
  const bodyBytes = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN);
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
  if (!(bodyBytes <= BODY_BYTES_MAX && status >= 200))
    throw new Error(`The answer states no usable length: ${head}`);
  return { status, bytes: end + 4, bodyBytes };
}

export function openConnection(port: number): Promise<HttpConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(createConnection(socket));
    });
  });
}

/** Some at a time: a server that is asked for thousands at once turns most away, and they come again a second later. */
export async function openConnections(port: number, count: number): Promise<HttpConnection[]> {
  const open: HttpConnection[] = [];
  while (open.length < count) {
    const length = Math.min(OPENED_TOGETHER, count - open.length);
    open.push(...(await Promise.all(Array.from({ length }, () => openConnection(port)))));
  }
  return open;
}

function createConnection(socket: Socket): HttpConnection {
  let received: Buffer = Buffer.alloc(0);
  let head: Head | null = null;
  let waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | null = null;

  const fail = (error: Error): void => {
    waiting?.reject(error);
    waiting = null;
    socket.destroy();
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('The server closed the connection before it had answered.')));
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    try {
      head ??= parseHead(received);
    } catch (error) {
      fail(error as Error);
      return;
    }
    if (head === null || received.length < head.bytes + head.bodyBytes) return;
    if (waiting === null || received.length > head.bytes + head.bodyBytes) {
      fail(new Error('The server sent bytes that nobody asked for.'));
      return;
    }
    const body = received.subarray(head.bytes);
    const { resolve } = waiting;
    const { status } = head;
    received = Buffer.alloc(0);
    head = null;
    waiting = null;
    resolve({ status, body });
  });

  const exchange = (request: Buffer): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      socket.write(request);
    });
  return {
    exchange,
    send: (request) =>
      exchange(request).then(({ status, body }) => {
        if (status === 200) return body;
        throw new Error(`The answer is not 200 but ${status}: ${body.toString('utf8', 0, 500)}`);
      }),
    close: () => socket.destroy(),
  };
}

/** The bytes of one POST. */
export function encodeRequest(
  { port, path, contentType, headers }: Omit<Target, 'key'>,
  body: string | Uint8Array,
): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    `content-type: ${contentType}`,
    `content-length: ${bytes.length}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '\r\n',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head), bytes]);
}
