/** Bytes that came in blocks, on their way to a parser here or to another thread. */

export interface ByteBlocks {
  /** In order; to be read, not kept: their buffers may belong to others too. */
  readonly blocks: readonly Uint8Array<ArrayBuffer>[];
  /** The blocks with buffers that belong to nothing else, so that they can be moved to another thread. */
  own(): readonly Uint8Array<ArrayBuffer>[];
}

/** Blocks as one; a single block is not copied. */
export function concatBytes(blocks: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (blocks.length === 1) return blocks[0]!;
  const whole = new Uint8Array(sizeOf(blocks));
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}

/** The bytes, or the UTF-8 of a text, with a buffer that belongs to nothing else, or has `spareBytesMax` more. */
export function toOwnBytes(
  given: string | Uint8Array<ArrayBuffer>,
  spareBytesMax: number = 0,
): Uint8Array<ArrayBuffer> {
  if (typeof given === 'string') return new TextEncoder().encode(given);
  return given.buffer.byteLength - given.length <= spareBytesMax ? given : new Uint8Array(given);
}

export function sizeOf(blocks: readonly Uint8Array[]): number {
  return blocks.reduce((sum, block) => sum + block.length, 0);
}
