/**
 * Reads the ordinary body of a prediction, `{"inputs": [[1, 2], [3, 4]], "model": "m", "method": "predict"}` in any
 * order and with any white space, straight into a matrix. Refuses nothing: for anything out of the ordinary (strings
 * among the numbers, escapes, rows of different widths, mistakes) it answers null, and `JSON.parse` has its turn.
 */
import { isSpace, NumberReader } from './json-number.ts';
import type { Matrix } from './runtime-model.ts';

/** Names are short; a longer string is not ordinary. */
const STRING_BYTES_MAX = 256;
/** Memory for numbers that is kept from call to call: as many as a body has that is read in the event loop. */
const KEPT_NUMBERS = 64 * 1024;

/** Numbers in memory that is shared by the rows of many calls. */
const SLAB_NUMBERS = 8192;
/** How many strings are kept from call to call. */
const RECENT_MAX = 16;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Rows that came as numbers alone: finite, and at least one row and one column. */
export class NumberRows implements Matrix {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;

  constructor(data: Float64Array, rows: number, columns: number) {
    this.data = data;
    this.rows = rows;
    this.columns = columns;
  }

  /** The rows as JSON has them, for readers that take any. */
  nested(): number[][] {
    return Array.from({ length: this.rows }, (_, row) => [
      ...this.data.subarray(row * this.columns, (row + 1) * this.columns),
    ]);
  }
}

interface ScannedCall {
  inputs: NumberRows | undefined;
  model: string | undefined;
  method: string | undefined;
}

let kept = new Float64Array(1024);

export function scanCall(body: Uint8Array): ScannedCall | null {
  let end = body.length - 1;
  while (end > 0 && isSpace(body[end]!)) end--;
  // Every loop below ends at this brace at the latest, and so never reads beyond the body.
  return body[end] === CLOSING_BRACE ? new CallScanner(body, end).scan() : null;
}

class CallScanner {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at = 0;

  constructor(bytes: Uint8Array, end: number) {
    this.#bytes = bytes;
    this.#end = end;
  }

  scan(): ScannedCall | null {
    const call: ScannedCall = { inputs: undefined, model: undefined, method: undefined };
    if (!this.#take(OPENING_BRACE)) return null;
    do {
      const field = this.#string();
      // A field given twice counts as JSON.parse counts it.
      if (field === null || !Object.hasOwn(call, field) || call[field as keyof ScannedCall] !== undefined)
        return null;
      if (!this.#take(COLON)) return null;
      const value = field === 'inputs' ? this.#rows() : this.#string();
      if (value === null) return null;
      (call as unknown as Record<string, unknown>)[field] = value;
    } while (this.#take(COMMA));
    return this.#take(CLOSING_BRACE) && this.#at === this.#end + 1 && call.inputs !== undefined ? call : null;
  }

  /** Whether this byte comes next, after white space; then it is passed. */
  #take(byte: number): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < this.#end && isSpace(bytes[at]!)) at++;
    this.#at = at;
    if (bytes[at] !== byte) return false;
    this.#at = at + 1;
    return true;
  }

  /** A string of printable ASCII without escapes. */
  #string(): string | null {
    if (!this.#take(QUOTE)) return null;
    const bytes = this.#bytes;
    const start = this.#at;
    const endMax = Math.min(this.#end, start + STRING_BYTES_MAX);
    let end = start;
    for (let byte = bytes[end]!; byte !== QUOTE; byte = bytes[++end]!) {
      if (end >= endMax || byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return null;
    }
    this.#at = end + 1;
    return recall(bytes, start, end);
  }

  #rows(): NumberRows | null {
    if (!this.#take(OPENING_BRACKET)) return null;
    const numbers = new NumberReader(this.#bytes, kept);
    let rows = 0;
    let columns = 0;
    do {
      if (!this.#take(OPENING_BRACKET)) return null;
      numbers.at = this.#at;
      if (!numbers.readList()) return null;
      this.#at = numbers.at;
      if (!this.#take(CLOSING_BRACKET)) return null;
      rows++;
      if (rows === 1) columns = numbers.count;
      else if (numbers.count !== rows * columns) return null;
    } while (this.#take(COMMA));
    if (!this.#take(CLOSING_BRACKET)) return null;
    if (numbers.values.length <= KEPT_NUMBERS) kept = numbers.values;
    return new NumberRows(takeNumbers(numbers.values, numbers.count), rows, columns);
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

let slab = new Float64Array(SLAB_NUMBERS);
let slabUsed = 0;

/** A copy of the first numbers. Small ones stand side by side in memory that is taken once for many of them. */
function takeNumbers(values: Float64Array, count: number): Float64Array {
  if (count > SLAB_NUMBERS / 8) return values.slice(0, count);
  if (slabUsed + count > SLAB_NUMBERS) {
    slab = new Float64Array(SLAB_NUMBERS);
    slabUsed = 0;
  }
  const start = slabUsed;
  slabUsed += count;
  slab.set(values.subarray(0, count), start);
  return slab.subarray(start, slabUsed);
}
