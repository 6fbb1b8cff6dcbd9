/**
 * What a file is before it is a pickle: recognises compression by content and undoes what joblib writes. Refuses
 * other compressions by name, files that are no pickles, bombs, and anything after the compressed stream.
 */
import { SklearnError } from '../errors.ts';
import { BoundedOutput, damaged } from './compression/bounded-output.ts';
import { decodeBzip2 } from './compression/bzip2.ts';
import { decodeLz4 } from './compression/lz4.ts';
import { decodeLzma } from './compression/lzma.ts';
import { decodeXz } from './compression/xz.ts';
import { DECOMPRESSED_BYTES_ALWAYS_ALLOWED, overLimit, type PickleLimits } from './limits.ts';
import { refuseOtherFormats } from './recognise-file.ts';

export type Compression = 'none' | 'zlib' | 'gzip' | 'bzip2' | 'xz' | 'lzma' | 'lz4';

/** Small enough that a bomb is stopped soon after its limit. */
const INPUT_CHUNK_BYTES = 65_536;

/** What the platform does not undo: each writes all of the content, or throws. */
const DECODERS = {
  bzip2: { magic: [0x42, 0x5a, 0x68], decode: decodeBzip2 },
  xz: { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], decode: decodeXz },
  // Properties as every encoder sets them, and a dictionary of 64 KiB or more. No pickle has a `]` before a zero.
  lzma: { magic: [0x5d, 0x00, 0x00], decode: decodeLzma },
  lz4: { magic: [0x04, 0x22, 0x4d, 0x18], decode: decodeLz4 },
} as const;

const UNSUPPORTED_COMPRESSIONS: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['joblib 0.9 zlib', [0x5a, 0x46]],
  ['zstandard', [0x28, 0xb5, 0x2f, 0xfd]],
];

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/** Recognises the container by its first bytes. Throws `COMPRESSION_UNSUPPORTED`, or `PICKLE_MALFORMED`. */
export function detectCompression(bytes: Uint8Array): Compression {
  if (startsWith(bytes, [0x1f, 0x8b])) return 'gzip';
  // RFC 1950: method 8, and the first two bytes are a multiple of 31. No opcode of a pickle is 0x78.
  if (bytes[0] === 0x78 && (0x7800 + (bytes[1] ?? 0)) % 31 === 0) return 'zlib';
  for (const [name, { magic }] of Object.entries(DECODERS))
    if (startsWith(bytes, magic)) return name as keyof typeof DECODERS;
  const unsupported = UNSUPPORTED_COMPRESSIONS.find(([, magic]) => startsWith(bytes, magic));
  if (unsupported !== undefined) {
    throw new SklearnError(
      'COMPRESSION_UNSUPPORTED',
      `The file is compressed with ${unsupported[0]}. Save it with compress=('zlib', 3), or uncompressed.`,
      { offsetBytes: 0 },
    );
  }
  refuseOtherFormats(bytes);
  return 'none';
}

/** Undoes the compression; the output is bounded while it grows, and may be no pickle either. */
export async function decompress(
  bytes: Uint8Array,
  compression: Exclude<Compression, 'none'>,
  limits: PickleLimits,
): Promise<Uint8Array> {
  const ratioBytes = Math.max(DECOMPRESSED_BYTES_ALWAYS_ALLOWED, limits.decompressionRatioMax * bytes.length);
  const bytesMax = Math.min(limits.decompressedBytesMax, ratioBytes);
  const limit = bytesMax === ratioBytes ? 'decompressionRatioMax' : 'decompressedBytesMax';
  const output = new BoundedOutput(bytesMax, () => overLimit(limit, limits));
  if (compression === 'zlib' || compression === 'gzip') await inflate(bytes, compression, output);
  else DECODERS[compression].decode(bytes, output);
  const content = output.result();
  refuseOtherFormats(content);
  return content;
}

async function inflate(
  bytes: Uint8Array,
  compression: 'zlib' | 'gzip',
  output: BoundedOutput,
): Promise<void> {
  const stream = new DecompressionStream(compression === 'zlib' ? 'deflate' : 'gzip');
  const feeding = feed(stream.writable, bytes);
  const reader = stream.readable.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) output.append(part.value);
  } catch (cause) {
    await reader.cancel().catch(() => {});
    throw cause instanceof SklearnError ? cause : damaged(compression, cause);
  } finally {
    await feeding;
  }
}

/** Writes all of `bytes`; the reading side reports what is wrong with them. */
async function feed(writable: DecompressionStream['writable'], bytes: Uint8Array): Promise<void> {
  const writer = writable.getWriter();
  try {
    for (let start = 0; start < bytes.length; start += INPUT_CHUNK_BYTES) {
      await writer.write(bytes.slice(start, start + INPUT_CHUNK_BYTES));
    }
    await writer.close();
  } catch {
    // The reading side of the stream fails with the same error.
  }
}
