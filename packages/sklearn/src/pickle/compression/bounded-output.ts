/** The growing buffer that decompressors write into and read back from. Refuses to grow past its limit. */
import { SklearnError } from '../../errors.ts';

/** First bytes of the buffer; it doubles from there. */
const FIRST_BYTES = 65_536;

export class BoundedOutput {
  /** Valid up to `length`; another array after every `reserve` that grew. */
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  readonly #bytesMax: number;
  readonly #tooLong: () => SklearnError;

  /** `tooLong` makes the error for more than `bytesMax` bytes. */
  constructor(bytesMax: number, tooLong: () => SklearnError) {
    this.#bytesMax = bytesMax;
    this.#tooLong = tooLong;
    this.bytes = new Uint8Array(Math.min(FIRST_BYTES, bytesMax));
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    if (needed > this.#bytesMax) throw this.#tooLong();
    const size = Math.min(this.#bytesMax, Math.max(needed, 2 * this.bytes.length));
    this.bytes = new Uint8Array(this.bytes.buffer.transfer(size));
  }

  append(chunk: Uint8Array): void {
    this.reserve(chunk.length);
    this.bytes.set(chunk, this.length);
    this.length += chunk.length;
  }

  /** Repeats `count` bytes from `distance` bytes before the end; where they overlap, what was just written. */
  repeat(distance: number, count: number): void {
    this.reserve(count);
    const { bytes } = this;
    let to = this.length;
    this.length += count;
    if (distance >= count) {
      bytes.copyWithin(to, to - distance, to - distance + count);
      return;
    }
    if (distance === 1) {
      bytes.fill(bytes[to - 1]!, to, to + count);
      return;
    }
    for (let from = to - distance; to < this.length; ) bytes[to++] = bytes[from++]!;
  }

  /** What was written, without a copy. */
  result(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }
}

/** The error for data that is not what its format says. */
export function damaged(format: string, cause?: unknown): SklearnError {
  return new SklearnError(
    'PICKLE_MALFORMED',
    `The ${format} data is damaged, cut off, or followed by something else.`,
    { cause },
  );
}

/** The error for a part of a format that joblib does not write. */
export function notRead(format: string, what: string): SklearnError {
  return new SklearnError(
    'COMPRESSION_UNSUPPORTED',
    `The file is compressed with ${format} ${what}, which is not read. Save it with compress=('zlib', 3), or uncompressed.`,
    { offsetBytes: 0 },
  );
}
