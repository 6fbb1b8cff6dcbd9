import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { RuntimeModel } from '../runtime-model.ts';
import { makeTensor, type Tensor } from '../tensor.ts';
import { HttpConnection } from './remote.ts';
import { openRemoteModel } from './remote-model.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const METADATA = {
  name: 'm',
  inputs: [{ name: 'x', datatype: 'INT64', shape: [-1] }],
  outputs: [{ name: 'y', datatype: 'INT64', shape: [-1] }],
};
const X = makeTensor('x', 'INT64', [2], new BigInt64Array([1n, 2n ** 60n + 1n]));

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

/** A server of one model that answers its calls with the handlers in turn, and again with the last. */
class FaultyServer {
  readonly calls: string[] = [];
  readonly #server: Server;
  readonly #handlers: readonly Handler[];

  constructor(...handlers: readonly Handler[]) {
    this.#handlers = handlers;
    this.#server = createServer((request, response) => {
      if (request.method === 'GET')
        answer(200, request.url === '/v2' ? { extensions: [] } : METADATA)(request, response);
      else this.#call(request, response);
    });
    opened.push(() => {
      this.#server.closeAllConnections();
      this.#server.close();
    });
  }

  async url(): Promise<string> {
    if (!this.#server.listening) {
      await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    }
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #call(request: IncomingMessage, response: ServerResponse): void {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString();
    });
    request.on('end', () => {
      this.calls.push(body);
      this.#handlers[Math.min(this.calls.length, this.#handlers.length) - 1]!(request, response);
    });
  }
}

function answer(status: number, body: unknown): Handler {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

const good = answer(
  200,
  '{"outputs":[{"name":"y","datatype":"INT64","shape":[2],"data":[1,1152921504606846977]}]}',
);
const never: Handler = () => {};
const hangUp: Handler = (request) => request.socket.destroy();

async function open(server: FaultyServer, timeoutMs = 10_000): Promise<RuntimeModel> {
  const model = await openRemoteModel({ url: await server.url(), model: 'm', timeoutMs });
  opened.push(() => model.close?.());
  return model;
}

async function ask(model: RuntimeModel, signal?: AbortSignal): Promise<readonly Tensor[]> {
  return model.infer([X], { outputs: ['y'], ...(signal === undefined ? {} : { signal }) });
}

function failure(code: string, words: RegExp): object {
  return expect.objectContaining({ code, message: expect.stringMatching(words) });
}

test('every digit of a wide integer arrives, both ways', async () => {
  const server = new FaultyServer(good);
  const [y] = await ask(await open(server));
  expect(y).toEqual(makeTensor('y', 'INT64', [2], X.data as BigInt64Array));
  expect(server.calls[0]).toContain('"data":[1,1152921504606846977]');
});

describe('is asked again only where it was certainly not worked on', () => {
  test('after 502 and 503', async () => {
    const server = new FaultyServer(answer(503, ''), answer(502, ''), good);
    expect(await ask(await open(server))).toHaveLength(1);
    expect(server.calls).toHaveLength(3);
  });

  test('not more than twice', async () => {
    const server = new FaultyServer(answer(503, ''));
    await expect(ask(await open(server))).rejects.toEqual(failure('REMOTE_UNAVAILABLE', /it answered 503/));
    expect(server.calls).toHaveLength(3);
  });

  test('where a kept connection had been closed, but not where a new one is', async () => {
    const kept = new FaultyServer(good, hangUp, good);
    const model = await open(kept);
    await ask(model);
    expect(await ask(model)).toHaveLength(1);
    expect(kept.calls).toHaveLength(3);
    const fresh = new FaultyServer(hangUp, hangUp, hangUp, hangUp);
    const other = await open(fresh);
    // The connection that described the model is a kept one too.
    await expect(ask(other)).rejects.toEqual(failure('REMOTE_UNAVAILABLE', /ECONNRESET/));
    expect(fresh.calls.length).toBeLessThanOrEqual(2);
  });

  test('not after 500, a deadline or a refusal', async () => {
    const failing = new FaultyServer(answer(500, { error: 'out of memory' }));
    await expect(ask(await open(failing))).rejects.toEqual(failure('REMOTE_FAILED', /out of memory/));
    const slow = new FaultyServer(never);
    await expect(ask(await open(slow, 400))).rejects.toEqual(failure('REMOTE_UNAVAILABLE', /within \d+ ms/));
    const refusing = new FaultyServer(answer(400, { error: 'x is too short' }));
    await expect(ask(await open(refusing))).rejects.toEqual(
      failure('INPUT_INVALID', /refuses this: x is too short/),
    );
    for (const server of [failing, slow, refusing]) expect(server.calls).toHaveLength(1);
  });
});

describe('refuses what is no answer', () => {
  const output = (more: object): object => ({
    outputs: [{ name: 'y', datatype: 'INT64', shape: [1], data: [1], ...more }],
  });
  test.each([
    ['no JSON', 'oh no'],
    ['no object', '[]'],
    ['no outputs', {}],
    ['another output', output({ name: 'z' })],
    ['no datatype', output({ datatype: 'INT4' })],
    ['another length', output({ data: [1, 2] })],
    ['a number that is none', output({ data: ['one'] })],
    ['bytes that are not there', output({ data: undefined, parameters: { binary_data_size: 8 } })],
    ['a negative size', output({ shape: [-1] })],
  ])('%s', async (_, body) => {
    const model = await open(new FaultyServer(answer(200, body)));
    await expect(ask(model)).rejects.toEqual(failure('REMOTE_FAILED', /m at http/));
  });

  test('more bytes than may be', async () => {
    const server = new FaultyServer(answer(200, 'x'.repeat(2000)));
    const connection = new HttpConnection(new URL(await server.url()), 1000);
    const call = { method: 'POST', path: '/', body: new Uint8Array(1) } as const;
    const outcome = await connection.call(call, { timeoutMs: 5000, signal: undefined });
    expect(outcome).toEqual({ kind: 'failed', reason: 'its answer has more than 1000 bytes' });
    connection.close();
  });
});

test('a caller that goes away is not waited for, and not held against the server', async () => {
  const server = new FaultyServer(never);
  const model = await open(server);
  for (let time = 0; time < 6; time++) {
    const gone = new AbortController();
    const asked = ask(model, gone.signal);
    setTimeout(() => gone.abort(), 20);
    await expect(asked).rejects.toMatchObject({ code: 'BODY_INCOMPLETE' });
  }
  expect(model.isAnswering?.()).toBe(true);
});

test('a server that does not answer is left alone for a while, then tried once', async () => {
  const server = new FaultyServer(...Array<Handler>(5).fill(answer(500, '')), good);
  const model = await open(server);
  for (let time = 0; time < 5; time++) {
    await expect(ask(model)).rejects.toMatchObject({ code: 'REMOTE_FAILED' });
  }
  expect(model.isAnswering?.()).toBe(false);
  await expect(ask(model)).rejects.toEqual(failure('REMOTE_UNAVAILABLE', /is not asked again for \d+ ms/));
  expect(server.calls).toHaveLength(5);
  await expect.poll(() => model.isAnswering?.(), { timeout: 5000 }).toBe(true);
  expect(await ask(model)).toHaveLength(1);
  expect(model.isAnswering?.()).toBe(true);
});

test('a server that is not there keeps its model from being loaded, with its address', async () => {
  const server = new FaultyServer(good);
  const url = await server.url();
  server.stop();
  for (const address of [url, url.replace('http:', 'grpc:')]) {
    const asked = openRemoteModel({ url: address, model: 'm', timeoutMs: 2000 });
    await expect(asked).rejects.toEqual(failure('REMOTE_UNAVAILABLE', /^m at (http|grpc):/));
  }
});
