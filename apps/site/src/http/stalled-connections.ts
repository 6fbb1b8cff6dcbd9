/**
 * Closes connections whose client has stopped reading its answer: what waits for it is memory. Looks at all of them now
 * and then, because a timer for each request would cost more than a small prediction.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

interface Progress {
  /** Bytes that the system has taken. */
  taken: number;
  sinceMs: number;
}

export function closeStalledConnections(server: Server, stallMsMax: number): void {
  const progress = new Map<Socket, Progress>();
  server.on('connection', (socket: Socket) => {
    progress.set(socket, { taken: 0, sinceMs: 0 });
    socket.once('close', () => progress.delete(socket));
  });
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (const [socket, known] of progress) {
      const { writableLength } = socket;
      const taken = socket.bytesWritten - writableLength;
      if (writableLength === 0 || taken !== known.taken || known.sinceMs === 0) {
        known.taken = taken;
        known.sinceMs = nowMs;
      } else if (nowMs - known.sinceMs > stallMsMax) socket.destroy();
    }
  }, stallMsMax / 2);
  timer.unref();
  server.once('close', () => clearInterval(timer));
}
