/** Opens the port and closes it again; what keeps it from opening is said in words, with what to do. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { addressUnavailable } from '../errors.ts';

/** Returns the address to open in a browser. Throws `ADDRESS_UNAVAILABLE`. */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw addressUnavailable(cause, host, port, '--port');
  }
  const address = server.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

/** How often to look for connections that have had their answer. */
const CLOSE_CHECK_MS = 25;

/** Takes no new connections and finishes what is under way. A connection kept alive for a next request is closed. */
export async function closeServer(server: FastifyInstance): Promise<void> {
  const timer = setInterval(() => server.server.closeIdleConnections(), CLOSE_CHECK_MS);
  try {
    await server.close();
  } finally {
    clearInterval(timer);
  }
}
