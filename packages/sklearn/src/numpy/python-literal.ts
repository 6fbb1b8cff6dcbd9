/**
 * Reads the Python literal in the header of a `.npy` file: text, integers, booleans, `None`, tuples, lists and
 * dicts with text keys. Refuses everything else; nothing is evaluated.
 */
import { malformed } from './dtype.ts';

/** A tuple or list is an array. */
export type Literal = string | number | boolean | null | readonly Literal[] | ReadonlyMap<string, Literal>;

/** A structured dtype inside a structured dtype is five deep. */
const DEPTH_MAX = 32;

const TOKEN =
  /\s*(?:([[\](){},:])|(-?[0-9]{1,16})L?|(True|False|None)|[uUbB]?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))/y;

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['True', true],
  ['False', false],
  ['None', null],
]);

type Token = { readonly mark: string } | { readonly value: string | number | boolean | null };

/** `offsetBytes` only for errors. */
export function parseLiteral(text: string, offsetBytes: number): Literal {
  const tokens = new TokenReader(text, offsetBytes);
  const value = parseValue(tokens, 0);
  if (!tokens.atEnd) throw malformed('The .npy header goes on after its dict.', offsetBytes);
  return value;
}

class TokenReader {
  readonly #text: string;
  readonly #offsetBytes: number;
  #at = 0;

  constructor(text: string, offsetBytes: number) {
    this.#text = text.trimEnd();
    this.#offsetBytes = offsetBytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  next(): Token {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (match === null) throw this.broken();
    this.#at = TOKEN.lastIndex;
    const [, mark, digits, constant, quoted] = match;
    if (mark !== undefined) return { mark };
    if (digits !== undefined) return { value: Number(digits) };
    if (constant !== undefined) return { value: CONSTANTS.get(constant)! };
    return { value: quoted!.slice(1, -1).replace(/\\(.)/g, '$1') };
  }

  /** Takes the mark if it comes next. */
  takes(mark: string): boolean {
    const before = this.#at;
    const token = this.next();
    if ('mark' in token && token.mark === mark) return true;
    this.#at = before;
    return false;
  }

  broken(): Error {
    return malformed('The .npy header is no Python literal.', this.#offsetBytes);
  }
}

function parseValue(tokens: TokenReader, depth: number): Literal {
  if (depth > DEPTH_MAX) throw tokens.broken();
  const token = tokens.next();
  if ('value' in token) return token.value;
  if (token.mark === '(') return parseItems(tokens, ')', depth);
  if (token.mark === '[') return parseItems(tokens, ']', depth);
  if (token.mark === '{') return parseEntries(tokens, depth);
  throw tokens.broken();
}

/** `(1)` is read as a tuple of one, which no header holds. */
function parseItems(tokens: TokenReader, end: string, depth: number): Literal[] {
  const items: Literal[] = [];
  while (!tokens.takes(end)) {
    items.push(parseValue(tokens, depth + 1));
    if (tokens.takes(',')) continue;
    if (!tokens.takes(end)) throw tokens.broken();
    break;
  }
  return items;
}

function parseEntries(tokens: TokenReader, depth: number): Map<string, Literal> {
  const entries = new Map<string, Literal>();
  while (!tokens.takes('}')) {
    const key = parseValue(tokens, depth + 1);
    if (typeof key !== 'string' || entries.has(key) || !tokens.takes(':')) throw tokens.broken();
    entries.set(key, parseValue(tokens, depth + 1));
    if (tokens.takes(',')) continue;
    if (!tokens.takes('}')) throw tokens.broken();
    break;
  }
  return entries;
}
