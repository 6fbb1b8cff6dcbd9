import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, SiteClient } from '../../fixtures/site-client.ts';
import { startSmallSite } from '../../fixtures/small-site.ts';
import type { Route } from './route.ts';
import { createHttpServer } from './server.ts';

let client: SiteClient;

beforeAll(async () => {
  client = await SiteClient.start();
});

afterAll(() => client.site.close());

/** A body of this many bytes that is never in memory; without a length where `isChunked`. */
function bigBody(bytes: number): ReadableStream<Uint8Array> {
  const block = new Uint8Array(1 << 16).fill(0x31);
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close();
      controller.enqueue(block.subarray(0, Math.min(left, block.length)));
      left -= block.length;
    },
  });
}

describe('bodies beyond the limits', () => {
  /** Writes all of the body whatever comes back, as simple clients do, and returns the answer. */
  function sendWhole(path: string, bytes: number): Promise<string> {
    const { hostname, port } = new URL(client.site.url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      const type = path === '/predict' ? 'application/json' : 'application/octet-stream';
      const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${bytes}\r\n\r\n`;
      const block = Buffer.alloc(1 << 20, 0x31);
      let answer = '';
      let left = bytes;
      const more = (): void => {
        while (left > 0) {
          const piece = block.subarray(0, Math.min(left, block.length));
          left -= piece.length;
          if (!socket.write(piece)) return void socket.once('drain', more);
        }
        setTimeout(() => socket.end(), 50);
      };
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
      socket.write(head, more);
    });
  }

  test('100 MB are refused, the refusal arrives, and memory stays flat', async () => {
    await sendWhole('/predict', 20_000_000);
    const before = process.memoryUsage().rss;
    const paths = ['/predict', '/api/v1/recommendations'];
    for (const path of [...paths, ...paths]) {
      const answer = await sendWhole(path, 100_000_000);
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      expect(answer).toContain('"code":"BODY_TOO_LARGE"');
    }
    // The client's own blocks, not yet collected, are in it too; kept bodies would be 400 MB.
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
  });

  test('a body without a length is refused when it passes the limit', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await client.send('POST', '/predict', {
      body: bigBody(20 * 2 ** 20),
      headers,
      duplex: 'half',
    });
    expectProblem(answer, 413, 'BODY_TOO_LARGE');
  });

  test('a client that asks first is not told to go on', async () => {
    const { hostname, port } = new URL(client.site.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n');
    socket.write('Content-Length: 200000000\r\nExpect: 100-continue\r\n\r\n');
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (chunk) => resolve(chunk.toString())),
    );
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('what is refused before any route', () => {
  /** Sends these very bytes and returns what comes back until the connection closes or is quiet. */
  function sendRaw(bytes: string, quietMs = 5000): Promise<string> {
    const { hostname, port } = new URL(client.site.url);
    return new Promise((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
      let answer = '';
      socket.setTimeout(quietMs, () => socket.destroy());
      socket.on('data', (chunk) => {
        answer += chunk.toString();
        if (answer.includes('}')) socket.end();
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', () => resolve(answer));
    });
  }

  test.each([
    ['another name', 'GET / HTTP/1.1\r\nHost: example.com\r\n\r\n', 421, 'HOST_REFUSED'],
    ['no name', 'GET / HTTP/1.0\r\n\r\n', 421, 'HOST_REFUSED'],
    [
      'a page of another site',
      'GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: https://example.com\r\n\r\n',
      403,
      'ORIGIN_REFUSED',
    ],
    ['what is not HTTP', 'hello\r\n\r\n', 400, 'REQUEST_MALFORMED'],
    [
      'two lengths',
      'POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'REQUEST_MALFORMED',
    ],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
    [
      'an address that cannot be read',
      'GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n',
      400,
      'REQUEST_MALFORMED',
    ],
    ['a method nobody knows', 'PROPFIND / HTTP/1.1\r\nHost: localhost\r\n\r\n', 404, 'NOT_FOUND'],
  ])('%s', async (_, bytes, status, code) => {
    const answer = await sendRaw(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer).toContain(`"code":"${code}"`);
  });

  test('a request that does not arrive in time', async () => {
    const site = await startSmallSite({ args: ['--request-seconds-max', '1'] });
    const { hostname, port } = new URL(site.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n');
    socket.write('Content-Length: 9\r\n\r\n{');
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"REQUEST_TIMEOUT"');
    await site.close();
  });

  test('any bytes at all are answered or dropped, and the site goes on', async () => {
    let state = 20261101;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % below;
    };
    const valid = 'POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n{"a"\r\n\r\n';
    for (let round = 0; round < 60; round++) {
      const bytes = Buffer.from(valid, 'latin1');
      for (let damage = 0; damage < 3; damage++) bytes[random(bytes.length)] = random(256);
      await sendRaw(bytes.toString('latin1'), 100);
    }
    expect((await client.send('GET', '/health/ready')).status).toBe(200);
  });

  test('a body that stops arriving takes nothing with it', async () => {
    const { hostname, port } = new URL(client.site.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"in',
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.destroy();
    expect((await client.send('GET', '/health/ready')).status).toBe(200);
  });
});

test('a mistake of a route is answered without its words, which are logged under the same id', async () => {
  const logged: { details: object; message: string }[] = [];
  const log = {
    error: (details: object, message: string) => logged.push({ details, message }),
    info: () => {},
    isLevelEnabled: () => true,
  };
  const handle = () => {
    throw new TypeError('the secret of the house');
  };
  const route = { method: 'GET', url: '/broken', operation: null, handle } as const;
  const options = {
    routes: [route],
    log,
    isLoopback: true,
    requestMsMax: 1000,
    stallMsMax: 1000,
    bodyBytesMax: 1,
  };
  const server = createHttpServer({ ...options, hasEnough: () => false });
  const answer = await server.inject({ url: '/broken', headers: { host: 'localhost' } });
  expect(answer.statusCode).toBe(500);
  const problem = answer.json<{ code: string; incident: string }>();
  expect(problem.code).toBe('INTERNAL');
  expect(answer.body).not.toContain('secret');
  expect(logged).toMatchObject([
    { details: { request: problem.incident }, message: 'the secret of the house' },
  ]);
  await server.close();
});

test('a client that does not read its answer loses its connection', async () => {
  const closed = Promise.withResolvers<void>();
  const handle = (
    _request: unknown,
    reply: { raw: { once(name: string, listener: () => void): void } },
  ): Buffer => {
    reply.raw.once('close', closed.resolve);
    return Buffer.alloc(64 * 2 ** 20);
  };
  const route = { method: 'GET', url: '/large', operation: null, handle } as Route;
  const log = { error: () => {}, info: () => {}, isLevelEnabled: () => false };
  const limits = { requestMsMax: 1000, stallMsMax: 300, bodyBytesMax: 1 };
  const server = createHttpServer({
    routes: [route],
    log,
    isLoopback: true,
    ...limits,
    hasEnough: () => false,
  });
  const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write('GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const startedAt = performance.now();
  await closed.promise;
  expect(performance.now() - startedAt).toBeGreaterThan(250);
  socket.destroy();
  await server.close();
});
