/**
 * Lets a client finish sending after it was answered early: closing at once would make its system throw the answer
 * away (RFC 9112 section 9.6). Bounded in bytes and in time; nothing is kept.
 */
import type { IncomingMessage } from 'node:http';
import { announcedBytes } from './read-body.ts';

const DRAIN_BYTES_MAX = 256 * 2 ** 20;
const UNWATCHED_BYTES_MAX = 256 * 1024;
const DRAIN_MS_MAX = 10_000;

export function drain(request: IncomingMessage): void {
  if (request.complete) return;
  const announced = announcedBytes(request);
  // Node.js reads what is left of a request once it is answered; watching over little costs more than the rest.
  if (announced !== null && announced <= UNWATCHED_BYTES_MAX) return;
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
