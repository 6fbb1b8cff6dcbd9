/**
 * Ports that several processes serve. Each listens for itself and the system shares out the connections: what is sent
 * to a process that was killed is refused at once, where a connection that the supervisor had accepted and passed on
 * would wait for ever.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { addressUnavailable } from '../errors.ts';

/** Elsewhere the supervisor accepts, and passes connections on in turns. */
export const SHARES_PORTS: boolean = process.platform === 'linux';

/**
 * The port itself, or a free one for 0: all processes must have the same. Sharing would let another site take the same
 * port, so it is looked for here first. Throws `ADDRESS_UNAVAILABLE`.
 */
export async function requireFreePort(host: string, port: number, flag: string): Promise<number> {
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (cause) {
    throw addressUnavailable(cause, host, port, flag);
  }
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}
