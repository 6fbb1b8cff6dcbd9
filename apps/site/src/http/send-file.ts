/** Sends a file of known content so that it is fetched once: by an entity tag, and for ever where its address says so. */
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface FileContent {
  readonly bytes: Uint8Array;
  readonly type: string;
  /** Of the content; the entity tag. */
  readonly digest: string;
  /** Whether this address will never have other content. */
  readonly isImmutable: boolean;
}

export function sendFile(request: FastifyRequest, reply: FastifyReply, file: FileContent): unknown {
  const tag = `"${file.digest}"`;
  reply.header('etag', tag);
  reply.header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (request.headers['if-none-match'] === tag) return reply.code(304).send();
  const { buffer, byteOffset, byteLength } = file.bytes;
  return reply.header('content-type', file.type).send(Buffer.from(buffer, byteOffset, byteLength));
}
