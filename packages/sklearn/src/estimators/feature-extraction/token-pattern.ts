/**
 * `token_pattern` of the vectorizers, as far as it says nothing but which letters tokens are made of and how long
 * they are: `(?u)\b\w\w+\b`, `[a-zA-Z]{3,}`. It is never run as a regular expression, which a hostile file could
 * make run for ever. Refuses every other pattern.
 */

/** Python's `\s` and `str.split()`. */
export const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
/** Python's `\w`. */
const WORD = '\\p{L}\\p{N}_';
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['\\w', WORD],
  ['\\d', '\\p{Nd}'],
  ['\\S', `^${SPACE}`],
]);
/** Plain letters, digits and ranges of these, some signs, and `\w` and `\d`. */
const SIMPLE_CLASS = /^\[(?:[A-Za-z0-9À-ɏЀ-ӿ](?:-[A-Za-z0-9À-ɏЀ-ӿ])?|[_'#@&.,+]|\\w|\\d|\\-|\\')+-?\]/;
const QUANTIFIER = /^(?:\+|\*|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})/;
const PIECES_MAX = 20;

export type Tokenizer = (text: string) => string[];

/** `null` for a pattern that is not of this kind. */
export function createTokenizer(pattern: string): Tokenizer | null {
  let rest = pattern.replace(/^\(\?u\)/, '');
  const startsAtWord = rest.startsWith('\\b');
  const endsAtWord = rest.endsWith('\\b');
  if (startsAtWord !== endsAtWord) return null;
  if (startsAtWord) rest = rest.slice(2, -2);
  if (/^\((?!\?)[^()]*\)$/.test(rest)) rest = rest.slice(1, -1);
  const run = readRun(rest);
  if (run === null || run.least < 1 || (startsAtWord && !isOfWords(run.letters))) return null;
  return tokenizerOf(run, startsAtWord);
}

interface Run {
  /** Inside of the brackets of a class. */
  readonly letters: string;
  readonly least: number;
  readonly most: number;
}

/** Pieces of one class after another, each with how often: `\w\w+`. */
function readRun(pattern: string): Run | null {
  let rest = pattern;
  let letters: string | null = null;
  let least = 0;
  let most = 0;
  for (let pieces = 0; rest !== ''; pieces++) {
    const name = /^\\[wdS]/.exec(rest)?.[0] ?? SIMPLE_CLASS.exec(rest)?.[0];
    if (name === undefined || pieces === PIECES_MAX) return null;
    const own = CLASSES.get(name) ?? translate(name.slice(1, -1));
    if (letters !== null && own !== letters) return null;
    letters = own;
    rest = rest.slice(name.length);
    const [quantifier = '', from, comma, to] = QUANTIFIER.exec(rest) ?? [];
    rest = rest.slice(quantifier.length);
    const low = quantifier === '+' ? 1 : quantifier === '*' ? 0 : Number(from ?? 1);
    const high =
      quantifier === '' || (from !== undefined && comma === undefined) ? low : Number(to ?? Infinity);
    least += low;
    most += high;
  }
  return letters === null || most < least ? null : { letters, least, most };
}

function translate(inside: string): string {
  return inside
    .replaceAll('\\w', WORD)
    .replaceAll('\\d', '\\p{Nd}')
    .replace(/-$/, '\\-')
    .replaceAll('&', '\\&');
}

/** Whether between a letter of the class and one that is none there is always a border of a word, or none ever. */
function isOfWords(letters: string): boolean {
  return !letters.startsWith('^') && !/['#@&.,+]|\\-/.test(letters.replaceAll('\\p', ''));
}

/** A class repeated without end is matched in one step a letter. */
function tokenizerOf({ letters, least, most }: Run, atWords: boolean): Tokenizer | null {
  const runs = classOf(letters);
  if (runs === null) return null;
  const inWord = new RegExp(`[${WORD}]$`, 'u');
  const beginsInWord = new RegExp(`^[${WORD}]`, 'u');
  return (text) => {
    const tokens: string[] = [];
    for (const { 0: run, index } of text.matchAll(runs)) {
      if (
        atWords &&
        (inWord.test(text.slice(Math.max(0, index - 2), index)) ||
          beginsInWord.test(text.slice(index + run.length, index + run.length + 2)))
      )
        continue;
      const length = run.length < least ? 0 : lettersOf(run);
      if (atWords) {
        if (length >= least && length <= most) tokens.push(run);
      } else if (most === Infinity) {
        if (length >= least) tokens.push(run);
      } else addPieces(Array.from(run), least, most, tokens);
    }
    return tokens;
  };
}

/** `null` where a range runs backwards. */
function classOf(letters: string): RegExp | null {
  try {
    return new RegExp(`[${letters}]+`, 'gu');
  } catch {
    return null;
  }
}

/** As many letters as fit, again and again. */
function addPieces(letters: readonly string[], least: number, most: number, tokens: string[]): void {
  for (let start = 0; letters.length - start >= least; start += most) {
    tokens.push(letters.slice(start, start + most).join(''));
  }
}

function lettersOf(text: string): number {
  let letters = 0;
  for (const _ of text) letters++;
  return letters;
}
