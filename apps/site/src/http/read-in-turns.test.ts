import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { readInTurns, STOPPING } from './read-in-turns.ts';

const CONNECTIONS = 600;
const REQUEST = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

const opened: (Socket | Server)[] = [];
afterEach(() => {
  for (const one of opened.splice(0))
    if ('destroy' in one) one.destroy();
    else one.close();
});

/** A server, and how many requests it read in each turn of its event loop. */
async function serve(hasEnough = () => false): Promise<{ server: Server; port: number; turns: number[] }> {
  const turns: number[] = [];
  let count = 0;
  const server = createServer((request, response) => {
    if (count++ === 0) {
      setImmediate(() => {
        turns.push(count);
        count = 0;
      });
    }
    if (request.method === 'GET') request.resume().once('end', () => response.end('answer'));
    else response.writeHead(503).end('refused');
  });
  opened.push(server);
  readInTurns(server, hasEnough);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port, turns };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  opened.push(socket);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

function ask(socket: Socket, request = REQUEST): Promise<string> {
  return new Promise((resolve) => {
    socket.once('data', (data) => resolve(data.toString()));
    socket.write(request);
  });
}

test('a turn reads a bounded number of many connections, and all of them are answered', async () => {
  const { port, turns } = await serve();
  const sockets: Socket[] = [];
  while (sockets.length < CONNECTIONS) sockets.push(await open(port));
  await Promise.all(sockets.map((socket) => ask(socket)));
  turns.length = 0;
  for (let round = 0; round < 3; round++) {
    // All have been written before any is read, as if each client sent the next at once.
    const answers = await Promise.all(sockets.map((socket) => ask(socket)));
    for (const answer of answers) expect(answer).toContain('answer');
  }
  expect(turns.reduce((sum, count) => sum + count)).toBe(3 * CONNECTIONS);
  expect(Math.max(...turns)).toBeLessThan(CONNECTIONS);
});

test('a body that was refused is read to its end, and the connection goes on', async () => {
  const { port } = await serve();
  const sockets: Socket[] = [];
  while (sockets.length < 200) sockets.push(await open(port));
  const [socket] = sockets as [Socket];
  const bytes = 2 * 2 ** 20;
  const refusal = ask(socket, `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${bytes}\r\n\r\n`);
  expect(await refusal).toContain('refused');
  socket.write(Buffer.alloc(bytes));
  expect(await ask(socket)).toContain('answer');
});

test('once a server stops, what has arrived is read at once', async () => {
  const { server, port } = await serve();
  const sockets: Socket[] = [];
  while (sockets.length < CONNECTIONS) sockets.push(await open(port));
  for (let round = 0; round < 2; round++) {
    const answers = sockets.map((socket) => ask(socket));
    server.emit(STOPPING);
    for (const answer of await Promise.all(answers)) expect(answer).toContain('answer');
  }
});

test('large requests wait while there is enough to do, and small ones do not wait for them', async () => {
  let isEnough = true;
  const { port } = await serve(() => isEnough);
  const sockets: Socket[] = [];
  while (sockets.length < 200) sockets.push(await open(port));
  const large = `GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 5000\r\n\r\n${' '.repeat(5000)}`;
  const requestOf = (at: number): string => (at < 150 ? large : REQUEST);
  const askAll = () => sockets.map((socket, at) => ask(socket, requestOf(at)).then(() => at));
  // The first request of a connection is read as it comes.
  await Promise.all(askAll());
  const answered: number[] = [];
  const asked = askAll().map((one) => one.then((at) => answered.push(at)));
  await expect.poll(() => answered.length, { timeout: 10_000 }).toBe(50);
  expect(Math.min(...answered)).toBe(150);
  isEnough = false;
  await Promise.all(asked);
  expect(answered).toHaveLength(200);
});
