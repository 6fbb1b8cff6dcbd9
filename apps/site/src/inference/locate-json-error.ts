/**
 * Finds where a text stops being JSON (RFC 8259), and says what stands there. Only runs on texts that JSON.parse has
 * refused: its own messages give no position for some mistakes, and differ between versions.
 */

export interface JsonMistake {
  /** Index into the text, in UTF-16 units. */
  readonly position: number;
  readonly what: string;
}

const LITERALS = ['true', 'false', 'null'];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\n\r]*/y;
const WORD = /[+-]?[A-Za-z_$][\w$]*/y;

/** The first mistake, or null where the text is JSON. Takes no stack however deep the text nests. */
export function locateJsonError(text: string): JsonMistake | null {
  return new Scanner(text).scan();
}

class Scanner {
  readonly #text: string;
  #at = 0;
  /** What closes each open container, innermost last. */
  readonly #closers: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  scan(): JsonMistake | null {
    for (;;) {
      const opened = this.#value();
      if (typeof opened === 'object') return opened;
      if (opened) continue;
      const after = this.#afterValue();
      if (after !== 'next') return after;
    }
  }

  /** Reads a value or opens a container; true where an element of a container just opened comes next. */
  #value(): boolean | JsonMistake {
    this.#skip(SPACE);
    const next = this.#text[this.#at];
    if (next === '[' || next === '{') {
      const closer = next === '[' ? ']' : '}';
      this.#closers.push(closer);
      this.#at += 1;
      this.#skip(SPACE);
      if (this.#text[this.#at] === closer) {
        this.#close();
        return false;
      }
      return closer === '}' ? (this.#key() ?? true) : true;
    }
    if (next === '"') return this.#string() ?? false;
    if (this.#skip(NUMBER)) return this.#digitAfterNumber() ?? false;
    const literal = LITERALS.find((word) => this.#text.startsWith(word, this.#at));
    if (literal === undefined) return this.#mistake('a value');
    this.#at += literal.length;
    return false;
  }

  /** Closes what ends here; `next` where another element follows, null at the end of the document. */
  #afterValue(): 'next' | JsonMistake | null {
    for (;;) {
      this.#skip(SPACE);
      const closer = this.#closers.at(-1);
      const next = this.#text[this.#at];
      if (closer === undefined) return next === undefined ? null : this.#mistake('the end');
      if (next === closer) {
        this.#close();
      } else if (next === ',') {
        this.#at += 1;
        return closer === '}' ? (this.#key() ?? 'next') : 'next';
      } else {
        return this.#mistake(`"," or "${closer}"`);
      }
    }
  }

  #key(): JsonMistake | null {
    this.#skip(SPACE);
    if (this.#text[this.#at] !== '"') return this.#mistake('a name in double quotes');
    const mistake = this.#string();
    if (mistake !== null) return mistake;
    this.#skip(SPACE);
    if (this.#text[this.#at] !== ':') return this.#mistake('":"');
    this.#at += 1;
    return null;
  }

  /** A loop, not one pattern: a pattern's own stack would bound the length of a string. */
  #string(): JsonMistake | null {
    const start = this.#at;
    this.#at += 1;
    while (this.#at < this.#text.length) {
      const next = this.#text[this.#at]!;
      if (next === '"') {
        this.#at += 1;
        return null;
      }
      if (next < ' ')
        return { position: this.#at, what: 'a control character in a string has to be escaped' };
      if (next !== '\\') this.#at += 1;
      else if (!this.#skip(ESCAPE)) return this.#mistake('an escape of JSON');
    }
    return { position: start, what: 'this string does not end' };
  }

  #digitAfterNumber(): JsonMistake | null {
    return /[\d.eE]/.test(this.#text[this.#at] ?? '') ? this.#mistake('the end of the number') : null;
  }

  #close(): void {
    this.#closers.pop();
    this.#at += 1;
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return false;
    this.#at += found[0].length;
    return true;
  }

  #mistake(expected: string): JsonMistake {
    const position = this.#at;
    WORD.lastIndex = position;
    const word = WORD.exec(this.#text)?.[0].slice(0, 20);
    const found = word ?? String.fromCodePoint(this.#text.codePointAt(position) ?? 0);
    const isEnd = position >= this.#text.length;
    const hint = /^[+-]?(nan|inf|infinity)$/i.test(word ?? '') ? '; JSON has no such number' : '';
    return {
      position,
      what: `expected ${expected}, found ${isEnd ? 'the end' : JSON.stringify(found)}${hint}`,
    };
  }
}
