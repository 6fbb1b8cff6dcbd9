/**
 * From a text to the tokens that a vectorizer counts: lowercase, accents, words or letters, n-grams, stop words.
 * Refuses functions of the user's own and patterns that say more than what tokens are made of.
 */
import { isKind, type PickleValue } from '../../pickle/value.ts';
import { describeValue } from '../attribute.ts';
import type { ObjectState } from '../object-state.ts';
import { ENGLISH_STOP_WORDS } from './english-stop-words.ts';
import { createTokenizer, SPACE, type Tokenizer } from './token-pattern.ts';

/** More words in a row than any model has. */
const NGRAM_MAX = 100;

const SPACES = new RegExp(`[${SPACE}]+`, 'u');
const SEVERAL_SPACES = new RegExp(`[${SPACE}]{2,}`, 'gu');

/** Says every token of a text, one by one: all n-grams together may be far longer than the text. */
export type Analyzer = (text: string, add: (token: string) => void) => void;

export function readAnalyzer(state: ObjectState): Analyzer {
  state.choice('input', ['content']);
  const prepare = readPreparation(state);
  const [from, to] = readRange(state);
  switch (state.choice('analyzer', ['word', 'char', 'char_wb'])) {
    case 'char':
      return (text, add) => letterGrams(prepare(text).replace(SEVERAL_SPACES, ' '), from, to, add);
    case 'char_wb':
      return (text, add) => wordBoundGrams(prepare(text).replace(SEVERAL_SPACES, ' '), from, to, add);
    default: {
      const tokenize = readTokenizer(state);
      const stopWords = readStopWords(state);
      return (text, add) => {
        const words = tokenize(prepare(text));
        wordGrams(stopWords === null ? words : words.filter((word) => !stopWords.has(word)), from, to, add);
      };
    }
  }
}

function readRange(state: ObjectState): readonly [number, number] {
  const attribute = state.attribute('ngram_range');
  const [from, to] = attribute.items();
  if (from === undefined || to === undefined) throw attribute.malformed('two numbers');
  const least = from.integer(1, NGRAM_MAX);
  return [least, to.integer(least, NGRAM_MAX)];
}

function readPreparation(state: ObjectState): (text: string) => string {
  const own = state.optional('preprocessor');
  if (own !== null) state.refuse('preprocessor', describeValue(own.value));
  const lowercase = state.attribute('lowercase').boolean();
  const accents = state.choice('strip_accents', [null, 'ascii', 'unicode']);
  return (text) => {
    const lower = lowercase ? text.toLowerCase() : text;
    if (accents === null) return lower;
    return accents === 'ascii' ? toAscii(lower) : withoutAccents(lower);
  };
}

function toAscii(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what ASCII is.
  return text.normalize('NFKD').replace(/[^\x00-\x7f]/g, '');
}

/** Without the letters that Unicode gives a combining class. */
function withoutAccents(text: string): string {
  const decomposed = text.normalize('NFKD');
  return decomposed === text && !/\p{M}/u.test(text)
    ? text
    : decomposed.replace(/\p{M}/gu, (mark) => (isCombining(mark) ? '' : mark));
}

/** Only marks of different classes change places in the canonical order, and those without one never do. */
function isCombining(mark: string): boolean {
  return ['\u0334', '\u0301', '\u0345'].some(
    (other) =>
      (mark + other).normalize('NFD') !== mark.normalize('NFD') + other ||
      (other + mark).normalize('NFD') !== other + mark.normalize('NFD') ||
      mark === other,
  );
}

function readTokenizer(state: ObjectState): Tokenizer {
  const own = state.optional('tokenizer');
  if (own !== null) {
    if (isStrSplit(own.value)) return (text) => text.split(SPACES).filter((word) => word !== '');
    state.refuse('tokenizer', describeValue(own.value));
    return () => [];
  }
  const pattern = state.attribute('token_pattern').text();
  const tokenizer = createTokenizer(pattern);
  if (tokenizer === null)
    state.refuse('token_pattern', `the pattern ${JSON.stringify(pattern.slice(0, 60))}`);
  return tokenizer ?? (() => []);
}

/** `str.split`, pickled as what `getattr(str, 'split')` gives. */
function isStrSplit(value: PickleValue): boolean {
  if (!isKind(value, 'object') || value.global.name !== 'getattr') return false;
  const [type, name] = value.args;
  return isKind(type, 'global') && type.module === 'builtins' && type.name === 'str' && name === 'split';
}

function readStopWords(state: ObjectState): ReadonlySet<string> | null {
  const attribute = state.optional('stop_words');
  if (attribute === null) return null;
  const { value } = attribute;
  if (value === 'english') return ENGLISH_STOP_WORDS;
  if (isKind(value, 'set')) return new Set(value.items.filter((item) => typeof item === 'string'));
  if (isKind(value, 'object') && value.global.name === 'frozenset') {
    const [items] = value.args;
    if (isKind(items, 'list')) return new Set(items.items.filter((item) => typeof item === 'string'));
  }
  return new Set(attribute.items().map((item) => item.text()));
}

type Add = (token: string) => void;

function wordGrams(words: readonly string[], from: number, to: number, add: Add): void {
  for (let n = from; n <= Math.min(to, words.length); n++) {
    if (n === 1) for (const word of words) add(word);
    else for (let i = 0; i + n <= words.length; i++) add(words.slice(i, i + n).join(' '));
  }
}

function letterGrams(text: string, from: number, to: number, add: Add): void {
  const letters = Array.from(text);
  for (let n = from; n <= Math.min(to, letters.length); n++) {
    for (let i = 0; i + n <= letters.length; i++) add(letters.slice(i, i + n).join(''));
  }
}

/** Within words, each with a space on both sides; what is shorter than n counts once. */
function wordBoundGrams(text: string, from: number, to: number, add: Add): void {
  for (const word of text.split(SPACES)) {
    if (word === '') continue;
    const letters = [' ', ...word, ' '];
    for (let n = from; n <= to; n++) {
      add(letters.slice(0, n).join(''));
      for (let i = 1; i + n <= letters.length; i++) add(letters.slice(i, i + n).join(''));
      if (n >= letters.length) break;
    }
  }
}
