/**
 * Reads ordinary JSON straight from its bytes: short strings without escapes, and lists of numbers, nested or not, into
 * typed arrays, bit for bit as `JSON.parse` has them. Refuses nothing: for anything else it answers null, and whoever
 * asked leaves the whole text to `JSON.parse`.
 */
import { isSpace, NumberReader } from './json-number.ts';

/** Names are short; a longer string is not ordinary. */
const STRING_BYTES_MAX = 256;
/** No list of numbers has more axes. */
const AXES_MAX = 32;
/** How many strings are kept from call to call. */
const RECENT_MAX = 16;

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
export const CLOSING_BRACKET = 0x5d;
export const OPENING_BRACE = 0x7b;
export const CLOSING_BRACE = 0x7d;

/**
 * Numbers alone, finite and at least one, in lists of the same length at each depth: `sizes`, the outermost first. They
 * stand in the reader's memory until the next ones are read, of this text or of any other.
 */
export interface NumberLists {
  readonly data: Float64Array<ArrayBuffer>;
  readonly sizes: readonly number[];
}

export class JsonScanner {
  protected readonly bytes: Uint8Array;
  /** Of the last byte that is no white space. */
  readonly #end: number;
  protected at = 0;
  #numbers: NumberReader | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    let end = bytes.length - 1;
    while (end > 0 && isSpace(bytes[end]!)) end--;
    this.#end = end;
  }

  /** Every loop below ends at this brace at the latest, and so never reads beyond the text: ask first. */
  protected get endsInBrace(): boolean {
    return this.bytes[this.#end] === CLOSING_BRACE;
  }

  protected get isAtEnd(): boolean {
    return this.at === this.#end + 1;
  }

  /** The next byte after white space, which is passed. */
  protected peek(): number | undefined {
    const { bytes } = this;
    let { at } = this;
    while (at < this.#end && isSpace(bytes[at]!)) at++;
    this.at = at;
    return bytes[at];
  }

  /** Whether this byte comes next, after white space; then it is passed. */
  protected take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  /** A string of printable ASCII without escapes. */
  protected string(): string | null {
    if (!this.take(QUOTE)) return null;
    const { bytes } = this;
    const start = this.at;
    const endMax = Math.min(this.#end, start + STRING_BYTES_MAX);
    let end = start;
    for (let byte = bytes[end]!; byte !== QUOTE; byte = bytes[++end]!) {
      if (end >= endMax || byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return null;
    }
    this.at = end + 1;
    return recall(bytes, start, end);
  }

  protected numberLists(): NumberLists | null {
    let depth = 0;
    while (this.take(OPENING_BRACKET)) depth++;
    if (depth === 0 || depth > AXES_MAX) return null;
    this.#numbers ??= new NumberReader(this.bytes);
    const numbers = this.#numbers;
    numbers.begin(this.at);
    const sizes: number[] = new Array(depth).fill(0);
    /** Of each list that is open: what is in it so far. */
    const counts: number[] = new Array(depth).fill(0);
    let axis = depth - 1;
    while (axis >= 0) {
      const before = numbers.count;
      numbers.at = this.at;
      if (!numbers.readList()) return null;
      this.at = numbers.at;
      counts[axis] = numbers.count - before;
      if (this.peek() !== CLOSING_BRACKET) return null;
      for (; axis >= 0 && this.take(CLOSING_BRACKET); axis--) {
        if (sizes[axis] === 0) sizes[axis] = counts[axis]!;
        else if (sizes[axis] !== counts[axis]) return null;
        counts[axis] = 0;
        if (axis > 0) counts[axis - 1]!++;
      }
      if (axis >= 0 && !this.take(COMMA)) return null;
      for (; axis >= 0 && axis < depth - 1; axis++) if (!this.take(OPENING_BRACKET)) return null;
    }
    return { data: numbers.numbers(), sizes };
  }
}

/** The strings of the last calls: nearly every call has the same few, and the same string needs no hash again. */
const recent: string[] = [];
let oldest = 0;

function recall(bytes: Uint8Array, start: number, end: number): string {
  for (const text of recent) if (isSame(text, bytes, start, end)) return text;
  const text = String.fromCharCode(...bytes.subarray(start, end));
  recent[oldest] = text;
  oldest = (oldest + 1) % RECENT_MAX;
  return text;
}

function isSame(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}
