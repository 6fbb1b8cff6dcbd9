/**
 * Seeded damage to a pickle that knows its opcodes, so that what comes out is often a whole pickle of another meaning:
 * opcodes swapped, memo indices, numbers, texts, names, lengths and the data of arrays changed.
 */
import type { Random } from './mutate-bytes.ts';

interface Token {
  readonly code: number;
  /** The whole of it, its opcode included; the bytes of an array that joblib wrote have no opcode. */
  readonly bytes: Uint8Array;
}

/** Of what follows an opcode: bytes, lines, or the bytes that a length of so many bytes announces. */
type Layout = { readonly bytes: number } | { readonly lines: number } | { readonly lengthBytes: number };

const codesOf = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));

const LAYOUTS: ReadonlyMap<number, Layout> = new Map<number, Layout>([
  ...codesOf('.()012]}NRabdelostu\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94').map(
    (code) => [code, { bytes: 0 }] as const,
  ),
  ...codesOf('Khq\x80').map((code) => [code, { bytes: 1 }] as const),
  ...codesOf('M').map((code) => [code, { bytes: 2 }] as const),
  ...codesOf('Jjr').map((code) => [code, { bytes: 4 }] as const),
  ...codesOf('G\x95').map((code) => [code, { bytes: 8 }] as const),
  ...codesOf('FILSVgp').map((code) => [code, { lines: 1 }] as const),
  ...codesOf('ci').map((code) => [code, { lines: 2 }] as const),
  ...codesOf('UC\x8c\x8a').map((code) => [code, { lengthBytes: 1 }] as const),
  ...codesOf('TBX\x8b').map((code) => [code, { lengthBytes: 4 }] as const),
  ...codesOf('\x8d\x8e\x96').map((code) => [code, { lengthBytes: 8 }] as const),
]);

const FRAME = 0x95;
const RAW = -1;
const NEWLINE = 0x0a;
const SHORT_TEXT = 0x8c;

/** Splits a pickle at its opcodes. Frames are left out: they would give away every change at once. */
function tokenize(bytes: Uint8Array): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < bytes.length; ) {
    const code = bytes[at]!;
    const end = endOf(bytes, at);
    if (end === null) {
      const next = nextText(bytes, at + 1);
      tokens.push({ code: RAW, bytes: bytes.subarray(at, next) });
      at = next;
      continue;
    }
    if (code !== FRAME) tokens.push({ code, bytes: bytes.subarray(at, end) });
    at = end;
  }
  return tokens;
}

/** `null` where no opcode starts. */
function endOf(bytes: Uint8Array, at: number): number | null {
  const layout = LAYOUTS.get(bytes[at]!);
  if (layout === undefined) return null;
  let end = at + 1;
  if ('bytes' in layout) end += layout.bytes;
  else if ('lines' in layout) {
    for (let line = 0; line < layout.lines; line++) {
      const newline = bytes.indexOf(NEWLINE, end);
      if (newline < 0) return null;
      end = newline + 1;
    }
  } else {
    let length = 0;
    for (let i = layout.lengthBytes - 1; i >= 0; i--) length = length * 256 + (bytes[end + i] ?? 0);
    end += layout.lengthBytes + length;
  }
  return end <= bytes.length ? end : null;
}

/** Where the pickle goes on behind the bytes of an array: with the name of the next attribute, mostly. */
function nextText(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length - 2; at++) {
    const length = bytes[at + 1]!;
    if (bytes[at] !== SHORT_TEXT || length === 0 || length > 64) continue;
    const text = bytes.subarray(at + 2, at + 2 + length);
    if (text.length === length && text.every((byte) => byte > 0x20 && byte < 0x7f)) return at;
  }
  return bytes.length;
}

type Change = (tokens: Token[], random: Random) => void;

function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[below(random, items.length)]!;
}

function tokenOf(text: string): Token {
  return { code: text.charCodeAt(0), bytes: Uint8Array.from(codesOf(text)) };
}

/** Changes one token of those with one of the codes; nothing where there is none. */
function changeOne(
  codes: string,
  make: (token: Token, random: Random, tokens: readonly Token[]) => Token,
): Change {
  const wanted = new Set(codesOf(codes));
  return (tokens, random) => {
    const places = [...tokens.keys()].filter((i) => wanted.has(tokens[i]!.code));
    if (places.length === 0) return;
    const at = pick(random, places);
    tokens[at] = make(tokens[at]!, random, tokens);
  };
}

const VALUES = [
  'N',
  '\x88',
  '\x89',
  ')',
  ']',
  '}',
  'K\0',
  'K\x01',
  'K\xff',
  'M\xff\xff',
  'J\xff\xff\xff\xff',
  'J\xff\xff\xff\x7f',
  'J\0\0\0\x80',
  'G\x7f\xf8\0\0\0\0\0\0',
  'G\x7f\xf0\0\0\0\0\0\0',
  'G\xff\xf0\0\0\0\0\0\0',
  'G\x7f\xe1\xcc\xf3\x85\xeb\xc8\xa0',
  'G\xbf\xf8\0\0\0\0\0\0',
  '\x8a\x09\0\0\0\0\0\0\0\0\x01',
].map(tokenOf);

const TEXTS = [
  '',
  '__proto__',
  'constructor',
  'f8',
  'f4',
  'i8',
  'O8',
  'U3',
  'b1',
  'M8[ns]',
  '<',
  '>',
  '|',
  'passthrough',
  'drop',
  'a'.repeat(200),
];

const NAMES = [
  'cos\nsystem\n',
  'cmypackage\nThing\n',
  'csklearn.pipeline\nPipeline\n',
  'csklearn.preprocessing._data\nStandardScaler\n',
  'csklearn.tree._tree\nTree\n',
  'csklearn.linear_model._logistic\nLogisticRegression\n',
  'cnumpy\nndarray\n',
  'cnumpy\ndtype\n',
  'cnumpy._core.multiarray\n_reconstruct\n',
  'ccollections\nOrderedDict\n',
].map(tokenOf);

/** Numbers of 8 bytes that arithmetic and indices trip over: floats, integers, and small ones. */
const WORDS = [
  0n,
  1n,
  -1n,
  -2n,
  2n ** 31n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  0x7ff8000000000000n,
  0x7ff0000000000000n,
  0x7fe1ccf385ebc8a0n,
  0x3ff0000000000000n,
  7n,
];

function withData(token: Token, random: Random): Token {
  const bytes = token.bytes.slice();
  for (let count = 1 + below(random, 3); count > 0 && bytes.length > 8; count--) {
    const width = pick(random, [1, 4, 8, 8]);
    // Data starts behind the opcode and its length; arrays are aligned to their end.
    const slots = Math.floor(bytes.length / width);
    const at = bytes.length - width * (1 + below(random, slots));
    let word = BigInt.asUintN(64, pick(random, WORDS));
    for (let i = 0; i < width; i++, word >>= 8n) bytes[at + i] = Number(word & 0xffn);
  }
  return { ...token, bytes };
}

const swap: Change = (tokens, random) => {
  const a = below(random, tokens.length);
  const b = random() < 0.5 ? below(random, tokens.length) : Math.min(a + 1, tokens.length - 1);
  [tokens[a], tokens[b]] = [tokens[b]!, tokens[a]!];
};

const changeRaw: Change = (tokens, random) => {
  const raw = tokens.filter(({ code }) => code === RAW);
  if (raw.length === 0) return;
  const one = pick(random, raw);
  tokens[tokens.indexOf(one)] = withData(one, random);
};

const CHANGES: readonly Change[] = [
  swap,
  (tokens, random) => void tokens.splice(below(random, tokens.length), 1 + below(random, 2)),
  (tokens, random) => {
    const at = below(random, tokens.length);
    tokens.splice(at, 0, tokens[at]!);
  },
  changeOne('.()012]}NRabdelostu\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94', (_, random) =>
    tokenOf(pick(random, [...'()012]}NRabdeostu\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x94'])),
  ),
  changeOne('hjq', (token, random) => ({
    ...token,
    bytes: Uint8Array.of(token.code, ...randomBytes(random, token.bytes.length - 1)),
  })),
  ...[0, 1, 2, 3, 4].map(() => changeOne('KMJGIF\x8a\x88\x89N', (_, random) => pick(random, VALUES))),
  ...[0, 1, 2].map(() => changeOne('hj\x8cCB', (_, random) => pick(random, VALUES))),
  ...[0, 1].map(() =>
    changeOne('\x8cXUV', (_, random, tokens) => {
      const texts = tokens.filter(({ code }) => code === SHORT_TEXT);
      if (texts.length > 0 && random() < 0.7) return pick(random, texts);
      const text = pick(random, TEXTS);
      return tokenOf(`\x8c${String.fromCharCode(text.length)}${text}`);
    }),
  ),
  changeOne('c\x93', (token, random) => (token.code === 0x93 ? tokenOf('00N') : pick(random, NAMES))),
  ...[0, 1, 2, 3, 4, 5].map(() => changeOne('CB\x8e\x96T', withData)),
  changeRaw,
  changeRaw,
  changeRaw,
  changeOne('CBXU\x8c', (token, random) => {
    // A length that is true, of fewer bytes or more.
    const head = token.code === 0x42 || token.code === 0x58 ? 5 : 2;
    const data = token.bytes.subarray(head);
    const length = Math.min(head === 2 ? 255 : 2 ** 20, below(random, 2 * data.length + 2));
    const bytes = new Uint8Array(head + length);
    bytes.set(data.subarray(0, length), head);
    bytes[0] = token.code;
    for (let i = 1; i < head; i++) bytes[i] = (length >>> (8 * (i - 1))) & 0xff;
    return { ...token, bytes };
  }),
];

function randomBytes(random: Random, count: number): number[] {
  // Small numbers: most indices are.
  return Array.from({ length: count }, (_, i) => (i === 0 ? below(random, 256) : below(random, 2)));
}

/** A changed copy of an uncompressed pickle. */
export function mutatePickle(bytes: Uint8Array, random: Random): Uint8Array {
  const tokens = tokenize(bytes);
  do pick(random, CHANGES)(tokens, random);
  while (random() < 0.3);
  const whole = new Uint8Array(tokens.reduce((sum, token) => sum + token.bytes.length, 0));
  let at = 0;
  for (const token of tokens) {
    whole.set(token.bytes, at);
    at += token.bytes.length;
  }
  return whole;
}
