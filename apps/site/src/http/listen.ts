/** Opens the port and closes it again; what keeps it from opening is said in words, with what to do. */
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { addressUnavailable } from '../errors.ts';
import { STOPPING } from './read-in-turns.ts';

export interface ListenPlace {
  readonly host: string;
  readonly port: number;
  /** Whether other processes listen there too. */
  readonly reusePort: boolean;
}

/** Returns the address to open in a browser. Throws `ADDRESS_UNAVAILABLE`. */
export async function listen(server: FastifyInstance, place: ListenPlace): Promise<string> {
  const { host, port } = place;
  try {
    // What the framework does not know of it passes on.
    await server.listen({ ...place });
  } catch (cause) {
    throw addressUnavailable(cause, host, port, '--port');
  }
  const address = server.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

/** In so long, and so many turns of the event loop, what has arrived is read. */
const READ_MS = 50;
const READ_TURNS = 3;
/** How often to look for connections that have had their answer. */
const CLOSE_CHECK_MS = 25;

/** Takes no new connections and finishes what is under way. A connection kept alive for a next request is closed. */
export async function closeServer(server: FastifyInstance): Promise<void> {
  server.server.emit(STOPPING);
  // A connection whose request has arrived and is not read yet looks idle: it is read before idle ones are closed.
  await sleep(READ_MS);
  for (let turn = 0; turn < READ_TURNS; turn++) await nextTurn();
  const timer = setInterval(() => server.server.closeIdleConnections(), CLOSE_CHECK_MS);
  try {
    await server.close();
  } finally {
    clearInterval(timer);
  }
}
