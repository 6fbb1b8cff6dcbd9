/** Undoes LZ4 frames (format 1.6). Refuses dictionaries, wrong checksums, and anything after the frame. */
import { type BoundedOutput, damaged, notRead } from './bounded-output.ts';
import { xxHash32 } from './checksums.ts';

const FORMAT = 'lz4';
/** The largest blocks by the size code of the header. */
const BLOCK_BYTES_MAX: readonly number[] = [0, 0, 0, 0, 65_536, 262_144, 1_048_576, 4_194_304];

const FLAG = {
  dictionary: 1,
  contentChecksum: 4,
  contentSize: 8,
  blockChecksum: 16,
  independent: 32,
} as const;

/** Writes what one frame holds. Throws `PICKLE_MALFORMED` or `COMPRESSION_UNSUPPORTED`. */
export function decodeLz4(bytes: Uint8Array, output: BoundedOutput): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = bytes[4] ?? 0;
  if (bytes.length < 11 || flags >>> 6 !== 1) throw damaged(FORMAT);
  if (flags & FLAG.dictionary) throw notRead(FORMAT, 'and a dictionary');
  const blockBytesMax = BLOCK_BYTES_MAX[(bytes[5]! >>> 4) & 7]!;
  const headerEnd = flags & FLAG.contentSize ? 14 : 6;
  if (
    bytes.length <= headerEnd ||
    bytes[headerEnd] !== ((xxHash32(bytes.subarray(4, headerEnd)) >>> 8) & 0xff)
  )
    throw damaged(FORMAT);
  let at = headerEnd + 1;
  const word = (): number => {
    if (at + 4 > bytes.length) throw damaged(FORMAT);
    at += 4;
    return view.getUint32(at - 4, true);
  };
  for (let size = word(); size !== 0; size = word()) {
    const length = size & 0x7f_ff_ff_ff;
    if (length > blockBytesMax || at + length > bytes.length) throw damaged(FORMAT);
    const block = bytes.subarray(at, at + length);
    at += length;
    const start = output.length;
    if (size >>> 31) output.append(block);
    else decodeBlock(block, output, flags & FLAG.independent ? start : 0);
    if (output.length - start > blockBytesMax) throw damaged(FORMAT);
    if (flags & FLAG.blockChecksum && word() !== xxHash32(block)) throw damaged(FORMAT);
  }
  if (flags & FLAG.contentChecksum && word() !== xxHash32(output.result())) throw damaged(FORMAT);
  if (flags & FLAG.contentSize && view.getBigUint64(6, true) !== BigInt(output.length)) throw damaged(FORMAT);
  if (at !== bytes.length) throw damaged(FORMAT);
}

/** One block: literals and repetitions in turn, the last without a repetition. These may reach back to `earliest`. */
function decodeBlock(block: Uint8Array, output: BoundedOutput, earliest: number): void {
  let at = 0;
  const extend = (length: number): number => {
    if (length < 15) return length;
    for (let total = length; ; ) {
      const more = block[at++];
      if (more === undefined) throw damaged(FORMAT);
      total += more;
      if (more !== 255) return total;
    }
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = extend(token >>> 4);
    if (at + literals > block.length) throw damaged(FORMAT);
    output.append(block.subarray(at, at + literals));
    at += literals;
    if (at === block.length) return;
    const distance = block[at]! | ((block[at + 1] ?? 0) << 8);
    at += 2;
    if (distance === 0 || output.length - distance < earliest) throw damaged(FORMAT);
    output.repeat(distance, extend(token & 15) + 4);
  }
  throw damaged(FORMAT);
}
