/**
 * Lets a client finish sending after it was answered early: closing at once would make its system throw the answer
 * away (RFC 9112 section 9.6). Bounded in bytes and in time; nothing is kept.
 */
import type { IncomingMessage } from 'node:http';

const DRAIN_BYTES_MAX = 256 * 2 ** 20;
const DRAIN_MS_MAX = 10_000;

export function drain(request: IncomingMessage): void {
  if (request.complete) return;
  let bytes = 0;
  const timer = setTimeout(() => request.destroy(), DRAIN_MS_MAX);
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DRAIN_BYTES_MAX) request.destroy();
  });
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
  request.resume();
}
