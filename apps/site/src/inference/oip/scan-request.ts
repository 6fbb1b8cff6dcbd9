/**
 * Reads the ordinary body of an inference call as `JSON.parse` would, but for the elements of its tensors: numbers in
 * `data` come as typed arrays. Refuses nothing: for anything out of the ordinary it answers null, and `JSON.parse` has
 * its turn.
 */
import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COLON,
  COMMA,
  JsonScanner,
  type NumberLists,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
} from '../json-scanner.ts';

/** Requests nest four deep; deeper ones are not ordinary. */
const DEPTH_MAX = 8;
/** Integers of so many digits are doubles. */
const DIGITS_MAX = 15;
const ZERO = 0x30;
/** Numbers in memory that is shared by the tensors of many calls. */
const SLAB_NUMBERS = 8192;

/** Elements that came as numbers alone, flat or nested: finite, and at least one. */
export class NumberElements {
  readonly data: Float64Array<ArrayBuffer>;
  /** Lengths of the lists at each depth, the outermost first. */
  readonly sizes: readonly number[];

  constructor({ data, sizes }: NumberLists) {
    this.data = copyNumbers(data);
    this.sizes = sizes;
  }

  /** The elements as JSON has them, for readers that take any. */
  nested(): unknown[] {
    let items: unknown[] = [...this.data];
    for (const size of this.sizes.slice(1).reverse()) {
      const flat = items;
      items = Array.from({ length: flat.length / size }, (_, at) => flat.slice(at * size, (at + 1) * size));
    }
    return items;
  }
}

export function scanRequest(text: Uint8Array): unknown {
  return new RequestScanner(text).scan();
}

class RequestScanner extends JsonScanner {
  #depth = 0;

  scan(): unknown {
    if (!this.endsInBrace) return null;
    const request = this.#value('');
    return this.isAtEnd ? request : null;
  }

  /** Null is never ordinary, and so says that something is not. */
  #value(field: string): unknown {
    if (this.#depth === DEPTH_MAX) return null;
    this.#depth++;
    const value = this.#valueAt(this.peek(), field);
    this.#depth--;
    return value;
  }

  #valueAt(first: number | undefined, field: string): unknown {
    switch (first) {
      case QUOTE:
        return this.string();
      case OPENING_BRACE:
        return this.#object();
      case OPENING_BRACKET:
        return field === 'data' ? this.#elements() : this.#array();
      case 0x74:
        return this.#word('true') ? true : null;
      case 0x66:
        return this.#word('false') ? false : null;
      default:
        return this.#integer();
    }
  }

  #object(): object | null {
    this.at++;
    const object: Record<string, unknown> = {};
    if (this.take(CLOSING_BRACE)) return object;
    do {
      const field = this.string();
      // A field given twice counts as JSON.parse counts it, and so do names that objects have from the start.
      if (field === null || field in object || !this.take(COLON)) return null;
      const value = this.#value(field);
      if (value === null) return null;
      object[field] = value;
    } while (this.take(COMMA));
    return this.take(CLOSING_BRACE) ? object : null;
  }

  #array(): unknown[] | null {
    this.at++;
    const items: unknown[] = [];
    if (this.take(CLOSING_BRACKET)) return items;
    do {
      const item = this.#value('');
      if (item === null) return null;
      items.push(item);
    } while (this.take(COMMA));
    return this.take(CLOSING_BRACKET) ? items : null;
  }

  #elements(): NumberElements | null {
    const lists = this.numberLists();
    return lists === null ? null : new NumberElements(lists);
  }

  #word(word: string): boolean {
    for (let at = 0; at < word.length; at++) {
      if (this.bytes[this.at + at] !== word.charCodeAt(at)) return false;
    }
    this.at += word.length;
    return true;
  }

  #integer(): number | null {
    const { bytes } = this;
    const start = this.at;
    let { at } = this;
    let value = 0;
    for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) {
      value = value * 10 + digit;
    }
    const digits = at - start;
    this.at = at;
    return digits === 0 || digits > DIGITS_MAX || (digits > 1 && bytes[start] === ZERO) ? null : value;
  }
}

let slab = new Float64Array(SLAB_NUMBERS);
let slabUsed = 0;

/** Small copies stand side by side in memory that is taken once for many of them. */
function copyNumbers(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const count = values.length;
  if (count > SLAB_NUMBERS / 8) return values.slice();
  if (slabUsed + count > SLAB_NUMBERS) {
    slab = new Float64Array(SLAB_NUMBERS);
    slabUsed = 0;
  }
  const start = slabUsed;
  slabUsed += count;
  slab.set(values, start);
  return slab.subarray(start, slabUsed);
}
