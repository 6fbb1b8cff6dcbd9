/**
 * Numbers of JSON from their bytes, bit for bit what `JSON.parse` makes of them, without a string between. Refuses
 * what is no number of JSON (leading zeros and plus signs, bare points, NaN) and numbers beyond the range of doubles.
 */
import { openJsonKernel } from './json-kernel.ts';
import { NUMBERS_ADDRESS, STATE_ADDRESS, TEXT_ADDRESS, TEXT_BYTES } from './json-layout.ts';

/** Memory for numbers that is kept from call to call: as many as a body has that is read in the event loop. */
const KEPT_NUMBERS = 64 * 1024;
/** A number that may be cut off by the end of a piece begins in the next piece; the engine reads a longer one. */
const NUMBER_BYTES = 64;

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const LETTER_E = 0x65;

/** Keeps its size from text to text. */
let kept = new Float64Array(1024);
let current: NumberReader | null = null;

/**
 * Reads lists of numbers of one text. The text must not end inside a list: some byte that belongs to none has to
 * follow. What is ordinary the kernel reads, and the engine what is not. The kernel has one memory, so there is one
 * reader at a time: the next one that is made ends this one.
 */
export class NumberReader {
  readonly #bytes: Uint8Array;
  readonly #kernel = openJsonKernel();
  /** Where to read next. */
  at = 0;
  /** How many are read. */
  count = 0;
  /** Where the piece of the text begins that the kernel has, and up to where a number may begin in it. */
  #from = 0;
  #end = 0;
  /** Those that were read in earlier pieces. */
  #values: Float64Array<ArrayBuffer> = kept;
  #before = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    current = this;
  }

  /** Forgets what was read, and goes on from there. */
  begin(at: number): void {
    this.at = at;
    this.count = 0;
    this.#before = 0;
    if (at < this.#from) this.#end = 0;
  }

  /** Numbers and the commas between them, up to the first byte behind them; false where something else stands in place of one. */
  readList(): boolean {
    if (current !== this) throw new Error('Another reader has taken the memory of this one.');
    const { words, readList } = this.#kernel;
    const bytes = this.#bytes;
    for (;;) {
      if (this.at >= this.#end) {
        if (this.at >= bytes.length) return false;
        this.#loadPiece();
      }
      const shift = TEXT_ADDRESS - this.#from;
      readList(this.at + shift, this.#end + shift, NUMBERS_ADDRESS + 8 * (this.count - this.#before));
      this.at = words[STATE_ADDRESS / 4]! - shift;
      this.count = this.#before + (words[STATE_ADDRESS / 4 + 1]! - NUMBERS_ADDRESS) / 8;
      if (words[STATE_ADDRESS / 4 + 2] === 1) return true;
      if (this.at >= this.#end) continue;
      if (!this.#readByEngine()) return false;
      while (isSpace(bytes[this.at]!)) this.at++;
      if (bytes[this.at] !== COMMA) return true;
      this.at++;
    }
  }

  /** All that were read since; they stand there until more is read. */
  numbers(): Float64Array<ArrayBuffer> {
    if (this.#before === 0) {
      const from = NUMBERS_ADDRESS / 8;
      return this.#kernel.numbers.subarray(from, from + this.count);
    }
    this.#keep();
    if (this.#values.length <= KEPT_NUMBERS) kept = this.#values;
    return this.#values.subarray(0, this.count);
  }

  #loadPiece(): void {
    this.#keep();
    this.#from = this.at;
    const piece = this.#bytes.subarray(this.at, this.at + TEXT_BYTES);
    this.#kernel.text.set(piece, TEXT_ADDRESS);
    this.#kernel.text[TEXT_ADDRESS + piece.length] = 0;
    this.#end = this.at + piece.length;
    if (this.#end < this.#bytes.length) this.#end -= NUMBER_BYTES;
  }

  /** Copies what was read of this piece, before the next one comes. */
  #keep(): void {
    const added = this.count - this.#before;
    if (added === 0) return;
    if (this.count > this.#values.length) {
      const larger = new Float64Array(2 * this.count);
      larger.set(this.#values.subarray(0, this.#before));
      this.#values = larger;
    }
    const from = NUMBERS_ADDRESS / 8;
    this.#values.set(this.#kernel.numbers.subarray(from, from + added), this.#before);
    this.#before = this.count;
  }

  /** False where the number is none, or not finite. */
  #readByEngine(): boolean {
    const { buffer, byteOffset } = this.#bytes;
    let end = this.at;
    while (mayBelong(this.#bytes[end]!)) end++;
    const text = Buffer.from(buffer, byteOffset + this.at, end - this.at).toString('latin1');
    const value = NUMBER.test(text) ? Number(text) : Number.NaN;
    this.#kernel.numbers[NUMBERS_ADDRESS / 8 + this.count - this.#before] = value;
    this.count++;
    this.at = end;
    return Number.isFinite(value);
  }
}

function mayBelong(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    byte === POINT ||
    byte === MINUS ||
    byte === PLUS ||
    (byte | 0x20) === LETTER_E
  );
}

export function isSpace(byte: number): boolean {
  return byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
