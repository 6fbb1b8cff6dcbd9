/** Undoes the older container of LZMA (`.lzma`, 13 bytes of header). Refuses anything after its end. */
import { type BoundedOutput, damaged } from './bounded-output.ts';
import { LzmaDecoder, unpackProperties } from './lzma-decoder.ts';

const HEADER_BYTES = 13;
/** Where the size is not known, it is all ones and a mark ends the data. */
const SIZE_UNKNOWN = 2n ** 64n - 1n;

/** Writes what the file holds. Throws `PICKLE_MALFORMED`. */
export function decodeLzma(bytes: Uint8Array, output: BoundedOutput): void {
  const properties = unpackProperties(bytes[0]!);
  if (properties === null || bytes.length < HEADER_BYTES) throw damaged('lzma');
  const size = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(5, true);
  const decoder = new LzmaDecoder(output, 'lzma');
  decoder.reset(properties);
  const end = size === SIZE_UNKNOWN ? Number.POSITIVE_INFINITY : Number(size);
  decoder.run(bytes.subarray(HEADER_BYTES), end, true);
}
