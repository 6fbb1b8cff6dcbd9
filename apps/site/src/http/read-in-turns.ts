/**
 * Bounds how many requests one turn of the event loop reads where there are many connections. One that was answered is
 * read again when its turn comes: what its client sends meanwhile waits in the system's buffers, where it costs
 * nothing, and what the loop has to do besides is never far away. Refuses nothing.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { announcedBytes } from './read-body.ts';

/** Small requests are read and answered in 20 to 30 µs each: in all, a few milliseconds. */
const TURN_CONNECTIONS = 128;
/** Reading less costs no more than whatever might be said about it. */
const SMALL_BYTES_MAX = 4096;
/** What a client sends next is taken to be as long as what it sent last; so much is read in about a millisecond. */
const TURN_BYTES = 2 * 1024 * 1024;

/** What a server emits before it closes idle connections: one that is not read looks idle, whatever has arrived. */
export const STOPPING = 'stopping';

/** Nothing but small requests is read while `hasEnough`: what was read before waits to be computed. */
export function readInTurns(server: Server, hasEnough: () => boolean): void {
  let open = 0;
  let isStopping = false;
  /** In the order of their turns, with the bytes that each sent last. */
  const waiting = new Map<Socket, number>();
  const resume = (): void => {
    let connections = TURN_CONNECTIONS;
    let bytesLeft = hasEnough() ? 0 : TURN_BYTES;
    for (const [socket, bytes] of waiting) {
      if (connections === 0) break;
      if (bytes > SMALL_BYTES_MAX) {
        // The small ones behind it need not wait for it.
        if (bytesLeft <= 0) continue;
        bytesLeft -= bytes;
      }
      connections--;
      waiting.delete(socket);
      socket.resume();
    }
    if (waiting.size > 0) setImmediate(resume);
  };
  server.on('connection', (socket: Socket) => {
    open++;
    socket.once('close', () => open--);
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Fewer fill no turn.
    if (open <= TURN_CONNECTIONS || isStopping) return;
    response.once('finish', () => {
      const { socket } = request;
      // What is still to come of a body that was refused is read on.
      if (!request.complete || socket.destroyed || isStopping) return;
      socket.pause();
      if (waiting.size === 0) setImmediate(resume);
      waiting.set(socket, announcedBytes(request) ?? 0);
    });
  });
  server.once(STOPPING, () => {
    isStopping = true;
    for (const socket of waiting.keys()) socket.resume();
    waiting.clear();
  });
}
