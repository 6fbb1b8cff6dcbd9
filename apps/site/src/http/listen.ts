/** Opens the port and closes it again; what keeps it from opening is said in words, with what to do. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { messageOf, SiteError } from '../errors.ts';

/** Returns the address to open in a browser. Throws `ADDRESS_UNAVAILABLE`. */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw new SiteError('ADDRESS_UNAVAILABLE', explain(cause, host, port), { cause });
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

function explain(cause: unknown, host: string, port: number): string {
  switch ((cause as { code?: string }).code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use. Stop what uses it, or choose another, such as --port ${port + 1}.`;
    case 'EACCES':
      return `Port ${port} needs rights that this user has not. Choose one above 1023, such as --port 8000.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine. Choose another --host.`;
    default:
      return `Cannot listen on ${host}, port ${port}: ${messageOf(cause)}.`;
  }
}
