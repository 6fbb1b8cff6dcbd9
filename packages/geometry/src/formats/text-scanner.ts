/** A cursor over the bytes of a text format that knows its line; numbers are read without making strings. */
import { GeometryError } from '../errors.ts';
import { LINE_BYTES_MAX, NUMBER_BYTES_MAX } from './limits.ts';

const LF = 10;
const SPACE = 32;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const LOWER = 32; // the bit that makes an ASCII letter lower-case
const E = 101;

/** 10^0 to 10^22: the powers of ten that a double holds exactly. */
const POWERS_OF_TEN: Float64Array = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const FLOAT32_MAX = 3.4028234663852886e38;

export class TextScanner {
  readonly bytes: Uint8Array;
  offset = 0;
  /** Counted from 1. */
  line = 1;
  #lineStart = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.offset = 3; // UTF-8 byte order mark
  }

  get atEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  /** Passes over blanks, not over the end of the line. */
  skipBlanks(): void {
    for (;;) {
      const byte = this.bytes[this.offset];
      if (byte === undefined || byte > SPACE || byte === LF) return;
      this.offset++;
    }
  }

  /** Passes over blanks and ends of lines. */
  skipWhitespace(): void {
    for (;;) {
      const byte = this.bytes[this.offset];
      if (byte === undefined || byte > SPACE) return;
      this.offset++;
      if (byte === LF) this.#countLine();
    }
  }

  /** Passes over the rest of the line and its end. */
  skipLine(): void {
    const end = this.bytes.indexOf(LF, this.offset);
    this.offset = end < 0 ? this.bytes.length : end + 1;
    this.#countLine();
  }

  /** Passes over one end of line where it is next; OBJ's line continuation needs it. */
  skipLineEnd(): void {
    if (this.bytes[this.offset] !== LF) return;
    this.offset++;
    this.line++; // a continued line is one line still: its length is counted from where it began
  }

  #countLine(): void {
    this.line++;
    this.checkLineLength();
    this.#lineStart = this.offset;
  }

  /** Throws where what was read of the line so far, continued lines included, is too long. */
  checkLineLength(): void {
    if (this.offset - this.#lineStart <= LINE_BYTES_MAX) return;
    const message = `the line is longer than ${LINE_BYTES_MAX} bytes: this is not a mesh written as text`;
    throw new GeometryError('FILE_LIMIT_EXCEEDED', message, {
      offsetBytes: this.#lineStart,
      line: this.line,
    });
  }

  /** Passes over `word` (lower-case ASCII) where it is the next whole word, in either case. */
  takeWord(word: string): boolean {
    const { bytes, offset } = this;
    for (let i = 0; i < word.length; i++) {
      const byte = bytes[offset + i];
      if (byte === undefined || (byte | LOWER) !== word.charCodeAt(i)) return false;
    }
    const after = bytes[offset + word.length];
    if (after !== undefined && after > SPACE) return false;
    this.offset += word.length;
    return true;
  }

  /** Passes over the next word, whatever it is. */
  skipWord(): void {
    while (this.offset < this.bytes.length && this.bytes[this.offset]! > SPACE) this.offset++;
  }

  /** The next word, for messages: at most 40 characters, quoted. */
  quoteWord(): string {
    const { bytes, offset } = this;
    let end = offset;
    while (end < bytes.length && bytes[end]! > SPACE) end++;
    if (end === offset) return this.atEnd ? 'the end of the file' : 'the end of the line';
    const shown = String.fromCharCode(...bytes.subarray(offset, Math.min(end, offset + 40)));
    return JSON.stringify(end - offset > 40 ? `${shown}…` : shown);
  }

  /**
   * Reads the next word as a number that a float32 can hold. Up to 15 digits and powers up to 22 are exact by
   * one multiplication or division (Clinger 1990); anything longer goes through the language's own parser.
   */
  number(what: string): number {
    const { bytes } = this;
    const start = this.offset;
    let at = start;
    const sign = bytes[at];
    if (sign === MINUS || sign === PLUS) at++;
    let mantissa = 0;
    let digits = 0;
    let power = 0;
    let byte = bytes[at];
    for (; byte !== undefined && byte >= ZERO && byte <= NINE; byte = bytes[++at], digits++) {
      mantissa = mantissa * 10 + (byte - ZERO);
    }
    if (byte === POINT) {
      byte = bytes[++at];
      const pointAt = at;
      for (; byte !== undefined && byte >= ZERO && byte <= NINE; byte = bytes[++at], digits++) {
        mantissa = mantissa * 10 + (byte - ZERO);
      }
      power = pointAt - at;
    }
    if (digits === 0) throw this.#notANumber(what);
    if (byte !== undefined && (byte | LOWER) === E) {
      const exponent = this.#exponent(at + 1);
      at = exponent.end;
      power += exponent.value;
    }
    const after = bytes[at];
    if (after !== undefined && after > SPACE) throw this.#notANumber(what);
    this.offset = at;
    if (digits > 15 || power > 22 || power < -22) return this.#slowNumber(what, start, at);
    const value = power < 0 ? mantissa / POWERS_OF_TEN[-power]! : mantissa * POWERS_OF_TEN[power]!;
    return this.#inRange(what, sign === MINUS ? -value : value, start);
  }

  #exponent(start: number): { value: number; end: number } {
    const { bytes } = this;
    let at = start;
    const sign = bytes[at];
    if (sign === MINUS || sign === PLUS) at++;
    const firstDigit = at;
    let value = 0;
    for (let byte = bytes[at]; byte !== undefined && byte >= ZERO && byte <= NINE; byte = bytes[++at]) {
      value = Math.min(value * 10 + (byte - ZERO), 9999);
    }
    if (at === firstDigit) throw this.#notANumber('an exponent');
    return { value: sign === MINUS ? -value : value, end: at };
  }

  #slowNumber(what: string, start: number, end: number): number {
    if (end - start > NUMBER_BYTES_MAX) {
      const message = `${what} is written with ${end - start} characters; at most ${NUMBER_BYTES_MAX} are read`;
      throw new GeometryError('FILE_LIMIT_EXCEEDED', message, { offsetBytes: start, line: this.line });
    }
    return this.#inRange(what, Number(String.fromCharCode(...this.bytes.subarray(start, end))), start);
  }

  #inRange(what: string, value: number, start: number): number {
    if (value <= FLOAT32_MAX && value >= -FLOAT32_MAX) return value;
    const message = `${what} is ${value}, beyond what a 32-bit float holds: export the part again`;
    throw new GeometryError('FILE_MALFORMED', message, { offsetBytes: start, line: this.line });
  }

  #notANumber(what: string): GeometryError {
    const found = this.quoteWord();
    const hint = /^"[-+]?\d+,\d*"$/.test(found)
      ? 'write decimals with a point, not a comma'
      : 'expected a finite number; export the part again';
    return this.malformed(`${what} is ${found}: ${hint}`);
  }

  malformed(message: string): GeometryError {
    return new GeometryError('FILE_MALFORMED', `line ${this.line}: ${message}`, {
      offsetBytes: this.offset,
      line: this.line,
    });
  }
}
