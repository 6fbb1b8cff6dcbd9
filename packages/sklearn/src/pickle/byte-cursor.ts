/**
 * A place in the bytes of a pickle: reads forward, knows its offset, and refuses to read past the end of the
 * file or of the frame it is in.
 */
import { SklearnError } from '../errors.ts';

const NEWLINE = 0x0a;
/** Longest line of a text opcode other than a string: numbers, memo keys, module names. */
const LINE_BYTES_MAX = 8_192;

export class ByteCursor {
  readonly bytes: Uint8Array;
  offset = 0;
  readonly #view: DataView;
  /** End of the open frame, or -1. */
  #frameEnd = -1;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.offset === this.bytes.length;
  }

  /** To be called before each opcode: a frame ends between two of them. */
  leaveFinishedFrame(): void {
    if (this.offset === this.#frameEnd) this.#frameEnd = -1;
  }

  /** Whether a frame is open whose end has not come yet. */
  get inFrame(): boolean {
    return this.#frameEnd > this.offset;
  }

  /** Opens a frame (PEP 3154) of so many bytes: it must fit into the file and not overlap an open one. */
  openFrame(lengthBytes: number): void {
    if (this.#frameEnd >= 0) throw this.malformed('A frame opens inside another frame.');
    if (lengthBytes > this.bytes.length - this.offset) {
      throw this.malformed(`A frame of ${lengthBytes} bytes does not fit into the rest of the file.`);
    }
    this.#frameEnd = this.offset + lengthBytes;
  }

  /** Moves over `count` bytes and returns where they start. */
  skip(count: number): number {
    const start = this.offset;
    if (count > this.bytes.length - start) {
      throw this.malformed(
        `The file ends too early: ${count} more bytes were announced, ${this.bytes.length - start} are left.`,
      );
    }
    if (this.#frameEnd >= 0 && count > this.#frameEnd - start) {
      throw this.malformed(`${count} bytes cross the end of a frame.`);
    }
    this.offset = start + count;
    return start;
  }

  uint8(): number {
    const offset = this.skip(1);
    return this.bytes[offset]!;
  }

  uint16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  /** A length of 8 bytes. What JavaScript cannot count exactly, no file can hold. */
  length64(): number {
    const offset = this.skip(8);
    const value = Number(this.#view.getBigUint64(offset, true));
    if (value > Number.MAX_SAFE_INTEGER) throw this.malformed(`A length of ${value} bytes is impossible.`);
    return value;
  }

  float64BigEndian(): number {
    return this.#view.getFloat64(this.skip(8), false);
  }

  /** The next `count` bytes, not copied. */
  take(count: number): Uint8Array {
    const start = this.skip(count);
    return this.bytes.subarray(start, start + count);
  }

  /** The bytes up to the next newline, which is skipped. */
  line(lengthBytesMax: number = LINE_BYTES_MAX): Uint8Array {
    const start = this.offset;
    const end = this.bytes.indexOf(NEWLINE, start);
    if (end < 0) throw this.malformed('The file ends inside a line of text.');
    if (end - start > lengthBytesMax) {
      throw new SklearnError(
        'PICKLE_LIMIT_EXCEEDED',
        `A line of text is longer than ${lengthBytesMax} bytes.`,
        {
          offsetBytes: start,
        },
      );
    }
    this.skip(end - start + 1);
    return this.bytes.subarray(start, end);
  }

  malformed(message: string): SklearnError {
    return new SklearnError('PICKLE_MALFORMED', message, { offsetBytes: this.offset });
  }
}
