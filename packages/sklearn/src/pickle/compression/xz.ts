/**
 * Undoes xz: blocks of LZMA2, each with a checksum, then an index of them. Refuses other filters, SHA-256 as the
 * checksum, a wrong index, and anything after the stream.
 */
import { type BoundedOutput, damaged, notRead } from './bounded-output.ts';
import { crc32, crc64 } from './checksums.ts';
import { LzmaDecoder, unpackProperties } from './lzma-decoder.ts';

const FORMAT = 'xz';
const MAGIC_BYTES = 6;
const HEADER_BYTES = 12;
const FOOTER_BYTES = 12;
const FOOTER_MAGIC = [0x59, 0x5a] as const;
const FILTER_LZMA2 = 0x21;
/** Bytes of the checksum after each block, by the number of its kind. */
const CHECK_BYTES: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 4],
  [4, 8],
]);
/** A size has 63 bits at most; what is past this is no size of a file. */
const SIZE_BYTES_MAX = 7;

/** What the index must say about a block. */
interface BlockSizes {
  readonly unpadded: number;
  readonly uncompressed: number;
}

/** Reads bytes in order. Refuses to read past the end. */
class Reader {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw damaged(FORMAT);
    return byte;
  }

  take(count: number): Uint8Array {
    this.at += count;
    if (this.at > this.bytes.length) throw damaged(FORMAT);
    return this.bytes.subarray(this.at - count, this.at);
  }

  uint16HighFirst(): number {
    return (this.byte() << 8) | this.byte();
  }

  /** A number of seven bits a byte, the lowest first. */
  size(): number {
    let value = 0;
    for (let i = 0; i < SIZE_BYTES_MAX; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw damaged(FORMAT);
  }

  zerosTo(multiple: number, from = 0): void {
    while ((this.at - from) % multiple !== 0) if (this.byte() !== 0) throw damaged(FORMAT);
  }

  /** The CRC-32 of all bytes from `start` to here, which must stand here. */
  checkFrom(start: number): void {
    const expected = crc32(this.bytes.subarray(start, this.at));
    if (uint32(this.take(4)) !== expected) throw damaged(FORMAT);
  }
}

/** Writes what one stream holds. Throws `PICKLE_MALFORMED` or `COMPRESSION_UNSUPPORTED`. */
export function decodeXz(bytes: Uint8Array, output: BoundedOutput): void {
  if (bytes.length < HEADER_BYTES + FOOTER_BYTES) throw damaged(FORMAT);
  const reader = new Reader(bytes);
  reader.take(MAGIC_BYTES);
  const flags = reader.take(2);
  reader.checkFrom(MAGIC_BYTES);
  if (flags[0] !== 0 || flags[1]! > 15) throw damaged(FORMAT);
  const checkBytes = CHECK_BYTES.get(flags[1]!);
  if (checkBytes === undefined) throw notRead(FORMAT, `with checksums of kind ${flags[1]}`);
  const blocks: BlockSizes[] = [];
  while (bytes[reader.at] !== 0) blocks.push(readBlock(reader, checkBytes, output));
  const indexStart = reader.at;
  readIndex(reader, blocks);
  const indexWords = (reader.at - indexStart) / 4 - 1;
  const footer = reader.take(FOOTER_BYTES);
  const isFooter =
    uint32(footer) === crc32(footer.subarray(4, 10)) &&
    uint32(footer.subarray(4)) === indexWords &&
    footer[8] === flags[0] &&
    footer[9] === flags[1] &&
    footer[10] === FOOTER_MAGIC[0] &&
    footer[11] === FOOTER_MAGIC[1];
  if (!isFooter || reader.at !== bytes.length) throw damaged(FORMAT);
}

function readBlock(reader: Reader, checkBytes: number, output: BoundedOutput): BlockSizes {
  const start = reader.at;
  const outputStart = output.length;
  const announced = readBlockHeader(reader);
  const dataStart = reader.at;
  decodeLzma2(reader, output);
  const uncompressed = output.length - outputStart;
  const isAsAnnounced =
    (announced.compressed ?? reader.at - dataStart) === reader.at - dataStart &&
    (announced.uncompressed ?? uncompressed) === uncompressed;
  if (!isAsAnnounced) throw damaged(FORMAT);
  const unpadded = reader.at - start + checkBytes;
  reader.zerosTo(4, start);
  const check = reader.take(checkBytes);
  const written = output.bytes.subarray(outputStart, output.length);
  if (checkBytes === 4 && uint32(check) !== crc32(written)) throw damaged(FORMAT);
  if (checkBytes === 8 && crc64(written).some((byte, i) => byte !== check[i])) throw damaged(FORMAT);
  return { unpadded, uncompressed };
}

function readBlockHeader(reader: Reader): { compressed: number | null; uncompressed: number | null } {
  const start = reader.at;
  const end = start + 4 * reader.byte();
  const flags = reader.byte();
  if (flags & 0x3c) throw damaged(FORMAT);
  const compressed = flags & 0x40 ? reader.size() : null;
  const uncompressed = flags & 0x80 ? reader.size() : null;
  const filter = reader.size();
  if ((flags & 3) !== 0 || filter !== FILTER_LZMA2) throw notRead(FORMAT, 'and filters other than LZMA2');
  // The size of the dictionary: all that was written is kept anyway.
  if (reader.size() !== 1 || reader.byte() > 40) throw damaged(FORMAT);
  while (reader.at < end) if (reader.byte() !== 0) throw damaged(FORMAT);
  if (reader.at !== end) throw damaged(FORMAT);
  reader.checkFrom(start);
  return { compressed, uncompressed };
}

/** Chunks until a zero. The first byte says whether they are packed, and what is forgotten before. */
function decodeLzma2(reader: Reader, output: BoundedOutput): void {
  const decoder = new LzmaDecoder(output, FORMAT);
  let properties: ReturnType<typeof unpackProperties> = null;
  let needsDictionary = true;
  let needsReset = true;
  for (let control = reader.byte(); control !== 0; control = reader.byte()) {
    if (control >= 0xe0 || control === 1) {
      decoder.dictionaryStart = output.length;
      needsDictionary = false;
    }
    if (needsDictionary) throw damaged(FORMAT);
    if (control < 0x80) {
      if (control > 2) throw damaged(FORMAT);
      output.append(reader.take(reader.uint16HighFirst() + 1));
      continue;
    }
    const size = ((control & 0x1f) << 16) + reader.uint16HighFirst() + 1;
    const packed = reader.uint16HighFirst() + 1;
    if (control >= 0xc0) properties = unpackProperties(reader.byte());
    if (properties === null || properties.literalContextBits + properties.literalPositionBits > 4)
      throw damaged(FORMAT);
    if (control >= 0xa0) {
      decoder.reset(properties);
      needsReset = false;
    }
    if (needsReset) throw damaged(FORMAT);
    decoder.run(reader.take(packed), output.length + size, false);
  }
}

function readIndex(reader: Reader, blocks: readonly BlockSizes[]): void {
  const start = reader.at;
  reader.byte();
  if (reader.size() !== blocks.length) throw damaged(FORMAT);
  for (const { unpadded, uncompressed } of blocks) {
    if (reader.size() !== unpadded || reader.size() !== uncompressed) throw damaged(FORMAT);
  }
  reader.zerosTo(4, start);
  reader.checkFrom(start);
}

function uint32(bytes: Uint8Array): number {
  return (bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24)) >>> 0;
}
