/**
 * The bytes of an XGBoost model as a tree of values: UBJSON (from 1.6 on) or JSON. Refuses the binary format of
 * before 1.0, lengths beyond the bytes, and nesting deeper than any model has.
 */
import { SklearnError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';

/** Models have 9 levels. */
const DEPTH_MAX = 32;

type Value =
  | null
  | boolean
  | number
  | string
  | Float64Array
  | Value[]
  | Map<string, Value>
  | { [name: string]: Value };

/** Bytes of a number by its letter, and how it is read: the highest byte first. */
const NUMBERS: ReadonlyMap<
  string,
  { readonly bytes: number; readonly read: (view: DataView, at: number) => number }
> = new Map([
  ['i', { bytes: 1, read: (view, at) => view.getInt8(at) }],
  ['U', { bytes: 1, read: (view, at) => view.getUint8(at) }],
  ['I', { bytes: 2, read: (view, at) => view.getInt16(at) }],
  ['l', { bytes: 4, read: (view, at) => view.getInt32(at) }],
  ['L', { bytes: 8, read: (view, at) => Number(view.getBigInt64(at)) }],
  ['d', { bytes: 4, read: (view, at) => view.getFloat32(at) }],
  ['D', { bytes: 8, read: (view, at) => view.getFloat64(at) }],
]);

/** One value of a document, with the path to it for errors. */
export class DocumentValue {
  readonly path: string;
  readonly #value: Value | undefined;

  constructor(value: Value | undefined, path: string) {
    this.#value = value;
    this.path = path;
  }

  get exists(): boolean {
    return this.#value !== undefined;
  }

  /** A member of an object; one that does not exist where there is none. */
  member(name: string): DocumentValue {
    const value = this.#value;
    const path = `${this.path}.${name}`;
    if (value instanceof Map) return new DocumentValue(value.get(name), path);
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Float64Array)
      throw this.wrong();
    return new DocumentValue(Object.hasOwn(value, name) ? value[name] : undefined, path);
  }

  text(): string {
    if (typeof this.#value !== 'string') throw this.wrong();
    return this.#value;
  }

  /** A whole number, written as text or as itself. */
  integer(min: number, max: number): number {
    const value = this.#value === '' ? Number.NaN : Number(this.#value);
    if (!(Number.isInteger(value) && value >= min && value <= max)) throw this.wrong();
    return value;
  }

  items(): DocumentValue[] {
    if (!Array.isArray(this.#value)) throw this.wrong();
    return this.#value.map((item, i) => new DocumentValue(item, `${this.path}[${i}]`));
  }

  get length(): number {
    const value = this.#value;
    if (Array.isArray(value)) return value.length;
    if (value instanceof Float64Array) return value.length;
    throw this.wrong();
  }

  /** Numbers, which may be NaN. */
  numbersOrNaN(length: number): Float64Array {
    if (this.length !== length) throw this.wrong();
    if (this.#value instanceof Float64Array) return this.#value;
    return Float64Array.from(this.#value as Value[], Number);
  }

  /** Numbers, none of them NaN. */
  numbers(length?: number): Float64Array {
    if (length !== undefined && this.length !== length) throw this.wrong();
    const numbers = new Float64Array(this.length);
    const items = this.#value as Value[] | Float64Array;
    for (let i = 0; i < numbers.length; i++) {
      const item = items[i];
      const number = typeof item === 'number' || typeof item === 'boolean' ? Number(item) : Number.NaN;
      if (Number.isNaN(number)) throw this.wrong();
      numbers[i] = number;
    }
    return numbers;
  }

  /** Whole numbers from `min` to `max`. */
  integers(min: number, max: number, length?: number): Float64Array {
    const numbers = this.numbers(length);
    if (!numbers.every((value) => Number.isInteger(value) && value >= min && value <= max))
      throw this.wrong();
    return numbers;
  }

  wrong(): SklearnError {
    return new SklearnError(
      'ESTIMATOR_MALFORMED',
      `${this.path} is missing in the model, or not as it should be.`,
      {
        path: this.path,
      },
    );
  }
}

/** The document in the bytes of `handle`; `null` for the binary format of before 1.0. Throws `ESTIMATOR_MALFORMED`. */
export function readDocument(attribute: Attribute): DocumentValue | null {
  const bytes = attribute.value;
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) throw attribute.malformed('the bytes of a model');
  if (bytes[0] !== 0x7b) return null;
  try {
    // JSON goes on with a name in quotes or with white space; UBJSON with the letter of a length.
    const isJson = bytes[1] === 0x22 || bytes[1] === 0x20 || bytes[1] === 0x0a;
    const value = isJson
      ? (JSON.parse(new TextDecoder().decode(bytes)) as Value)
      : new UbjsonReader(bytes).read();
    return new DocumentValue(value, attribute.path);
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof RangeError)
      throw new SklearnError('ESTIMATOR_MALFORMED', `The model at ${attribute.path} is damaged or cut off.`, {
        path: attribute.path,
        cause,
      });
    throw cause;
  }
}

/** Throws `RangeError` past the end (as `DataView` does) and `SyntaxError` for what is no UBJSON. */
class UbjsonReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): Value {
    const value = this.#value(this.#letter(), 0);
    if (this.#at !== this.#bytes.length) throw new SyntaxError('Something follows the document.');
    return value;
  }

  #letter(): string {
    return String.fromCharCode(this.#view.getUint8(this.#at++));
  }

  #peek(): string {
    return String.fromCharCode(this.#view.getUint8(this.#at));
  }

  #value(letter: string, depth: number): Value {
    if (depth > DEPTH_MAX) throw new SyntaxError('The document is nested too deeply.');
    if (NUMBERS.has(letter)) return this.#number(letter);
    switch (letter) {
      case 'Z':
        return null;
      case 'T':
        return true;
      case 'F':
        return false;
      case 'S':
        return this.#text();
      case '[':
        return this.#array(depth);
      case '{':
        return this.#object(depth);
      default:
        throw new SyntaxError('A letter that stands for no type.');
    }
  }

  #number(letter: string): number {
    const kind = NUMBERS.get(letter);
    if (kind === undefined) throw new SyntaxError('A letter that stands for no number.');
    const value = kind.read(this.#view, this.#at);
    this.#at += kind.bytes;
    return value;
  }

  /** A length; each thing counted takes `bytes` at least, so that no more than are left can be announced. */
  #count(bytes: number): number {
    const count = this.#number(this.#letter());
    if (!(Number.isInteger(count) && count >= 0 && count * bytes <= this.#bytes.length - this.#at))
      throw new SyntaxError('A length beyond the end.');
    return count;
  }

  #text(): string {
    const length = this.#count(1);
    this.#at += length;
    return new TextDecoder().decode(this.#bytes.subarray(this.#at - length, this.#at));
  }

  #array(depth: number): Value {
    if (this.#peek() === '$') return this.#numbers();
    const items: Value[] = [];
    if (this.#peek() === '#') {
      this.#at++;
      const count = this.#count(1);
      for (let i = 0; i < count; i++) items.push(this.#value(this.#letter(), depth + 1));
      return items;
    }
    for (let letter = this.#letter(); letter !== ']'; letter = this.#letter())
      items.push(this.#value(letter, depth + 1));
    return items;
  }

  /** `$` type `#` count, then the numbers alone. */
  #numbers(): Float64Array {
    this.#at++;
    const kind = NUMBERS.get(this.#letter());
    if (kind === undefined || this.#letter() !== '#') throw new SyntaxError('An array of no known numbers.');
    const values = new Float64Array(this.#count(kind.bytes));
    for (let i = 0; i < values.length; i++, this.#at += kind.bytes)
      values[i] = kind.read(this.#view, this.#at);
    return values;
  }

  #object(depth: number): Map<string, Value> {
    const members = new Map<string, Value>();
    while (this.#peek() !== '}') {
      const name = this.#text();
      members.set(name, this.#value(this.#letter(), depth + 1));
    }
    this.#at++;
    return members;
  }
}
