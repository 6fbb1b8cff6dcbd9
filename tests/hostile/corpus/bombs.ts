/** Small files that ask for much: memory, time, or depth. */
import { readFileSync } from 'node:fs';
import { deflateSync, gzipSync } from 'node:zlib';
import { type Attack, attacksOf, latin1 } from './attack.ts';
import {
  bytes,
  call,
  dtype,
  estimator,
  global,
  int,
  list,
  little,
  NONE,
  object,
  pickle,
  rawArray,
  structure,
  text,
  tuple,
} from './pickle-writer.ts';

const MEBIBYTE = 2 ** 20;
/** Written by make_bombs.py. */
const bombFile = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, import.meta.url)));
const zeros = (mebibytes: number): Uint8Array => new Uint8Array(mebibytes * MEBIBYTE);
/** A pickle of so many pieces, compressed. */
const packed = (piece: string, times: number, end: string): Uint8Array =>
  deflateSync(latin1(`\x80\x04${piece.repeat(times)}${end}`), { level: 6 });

/** An LZ4 frame with one block that repeats a zero over and over. */
function lz4Bomb(mebibytes: number): string {
  const matchLength = 255 * 16_000;
  const sequence = `\x1f\0\x01\0${'\xff'.repeat(16_000)}\0`;
  const sequences = sequence.repeat(Math.ceil((mebibytes * MEBIBYTE) / matchLength));
  const block = `${sequences}\x50hello`;
  return `\x04\x22\x4d\x18\x60\x70\x73${little(block.length, 4)}${block}${little(0, 4)}`;
}

const ratio = /decompressionRatioMax/;
const memory = /need more than \d+ MiB of memory, which is too much for its size/;

/** Reads the first of so many columns. */
function columnTransformer(columns: number): string {
  const scaler = estimator('preprocessing._data', 'Normalizer', { norm: text('l2'), n_features_in_: int(1) });
  return estimator('compose._column_transformer', 'ColumnTransformer', {
    n_features_in_: int(columns),
    transformers_: list(tuple(text('a'), scaler, list(int(0)))),
    remainder: text('drop'),
    sparse_threshold: int(0),
    transformer_weights: NONE,
  });
}

export const BOMBS: readonly Attack[] = [
  ...attacksOf(null, [
    [
      'a transformer of four million columns',
      'memory: one number of the file asks for it',
      () => pickle(columnTransformer(2 ** 22)),
      /^$/,
    ],
  ]),
  ...attacksOf('PICKLE_LIMIT_EXCEEDED', [
    ['a zlib bomb', 'memory', () => deflateSync(zeros(100), { level: 9 }), ratio],
    ['a gzip bomb', 'memory', () => gzipSync(zeros(100), { level: 9 }), ratio],
    ['a bzip2 bomb', 'memory', () => bombFile('bomb.bz2'), ratio],
    ['an xz bomb', 'memory', () => bombFile('bomb.xz'), ratio],
    ['an lzma bomb', 'memory', () => bombFile('bomb.lzma'), ratio],
    ['an LZ4 bomb', 'memory', () => lz4Bomb(100), ratio],
    ['lists by the million', 'memory: each byte is a list', () => packed(']', 3_000_000, '.'), memory],
    [
      'lists in lists by the million',
      'memory: each byte is a list',
      () => packed('](]]]]]]]]e', 900_000, '.'),
      memory,
    ],
    ['dicts by the million', 'memory: each byte is a dict', () => packed('}', 3_000_000, '.'), memory],
    ['tuples by the million', 'memory: each byte is a tuple', () => packed(')', 3_000_000, '.'), memory],
    [
      'objects by the million',
      'memory: three bytes an object',
      () => packed(`${global('mypackage', 'Thing')}q\0`, 1, `${'h\0)\x81'.repeat(2_000_000)}.`),
      memory,
    ],
    [
      'names by the million',
      'memory: each name is kept',
      () => pickle(Array.from({ length: 300_000 }, (_, i) => `ca\nn${i.toString(36)}\n0`).join('')),
      /namesMax/,
    ],
    ['bytes by the million', 'memory: two bytes a view', () => packed('C\0', 3_000_000, '.'), memory],
    [
      'entries by the million',
      'memory: two bytes an entry',
      () => packed(`}(${'N'.repeat(1_000)}u`, 5_000, '.'),
      memory,
    ],
    ['a memo without end', 'memory: one byte an entry', () => packed('N\x94', 4_600_000, '.'), memory],
    ['opcodes without end', 'time', () => packed('N0', 6_000_000, 'N.'), /MiB of memory|opcodesMax/],
    [
      'the largest memo key',
      'memory: an array of 4,294,967,295',
      () => 'Nr\xff\xff\xff\xff.',
      /memoEntriesMax/,
    ],
    [
      'a doubling chain',
      'time: two to the 64th values',
      () => pickle(`K\x01${'2\x86'.repeat(64)}`),
      /unfoldedValuesMax/,
    ],
    [
      'billion laughs in lists',
      'time: ten to the 12th values',
      () => pickle(laughs(12)),
      /unfoldedValuesMax/,
    ],
    ['deep lists', 'recursion', () => pickle(`${']'.repeat(5_000)}${'a'.repeat(4_999)}`), /nestingDepthMax/],
    ['deep tuples', 'recursion', () => pickle(`)${'\x85'.repeat(5_000)}`), /nestingDepthMax/],
    [
      'deep tuples that are shared',
      'recursion that a simple count does not see',
      () => pickle(`)${'\x85'.repeat(700)}q\0h\0${'\x85'.repeat(700)}\x86`),
      /nestingDepthMax/,
    ],
    ['marks without end', 'memory', () => '('.repeat(100_000), /nestingDepthMax/],
    [
      'an integer of 10 MB',
      'time: decimal digits take their square',
      () => `L${'1'.repeat(8_000)}L\n.`,
      /integerBytesMax/,
    ],
    [
      'a binary integer of 1 MB',
      'time',
      () => `\x8b${little(MEBIBYTE, 4)}${'\x01'.repeat(MEBIBYTE)}.`,
      /integerBytesMax/,
    ],
    ['a line without end', 'time', () => `I${'1'.repeat(100_000)}\n.`, /longer than 8192 bytes/],
    [
      'one array over and over',
      'memory: the same megabyte a hundred times',
      () =>
        pickle(
          `${bytes('\x01'.repeat(MEBIBYTE))}q\x050${`${call(global('numpy._core.numeric', '_frombuffer'), 'h\x05', dtype('b1'), tuple(int(MEBIBYTE)), text('C'))}0`.repeat(100)}N`,
        ),
      /uses the same data over and over/,
    ],
    [
      'one text over and over',
      'memory: the same megabyte a hundred times',
      () =>
        pickle(
          `${text('a'.repeat(MEBIBYTE))}q\x050${`${call(global('_codecs', 'encode'), 'h\x05', text('latin1'))}0`.repeat(100)}N`,
        ),
      /uses the same data over and over/,
    ],
    [
      'texts of no characters',
      'memory: elements that take no bytes',
      () => pickle(rawArray(dtype('U0'), [100_000_000], '')),
      /textElementsMax/,
    ],
  ]),
  ...attacksOf('PICKLE_MALFORMED', [
    [
      'an array of 2 to the 60 elements',
      'overflows the size',
      () => pickle(rawArray(dtype('f8'), [2 ** 30, 2 ** 30], '')),
      /impossible|too many|needs \d+ bytes/,
    ],
    [
      'a shape whose product wraps to 0',
      'overflows the size',
      () => pickle(rawArray(dtype('f8'), [2 ** 16, 2 ** 16, 2 ** 16, 2 ** 16], '')),
      /impossible|too many|needs \d+ bytes/,
    ],
    [
      'a structure of very many fields',
      'time',
      () =>
        pickle(
          rawArray(structure(Array.from({ length: 2_000 }, (_, i) => [`f${i}`, 'f8'] as const)), [1], ''),
        ),
      /needs 16000 bytes, the file has 0/,
    ],
    [
      'a damaged zlib stream',
      'reads past the end',
      () => deflateSync(latin1(pickle(list()))).subarray(0, 8),
      /zlib data is damaged, cut off/,
    ],
    [
      'an LZ4 match from before the start',
      'reads before the start',
      () => `\x04\x22\x4d\x18\x60\x70\x73${little(4, 4)}\x0f\xff\xff\0${little(0, 4)}`,
      /lz4 data is damaged/,
    ],
  ]),
  ...attacksOf('ESTIMATOR_UNSUPPORTED', [
    [
      'numbers whose hashes collide',
      'time: a dict that takes the square',
      () =>
        pickle(`}(${Array.from({ length: 200_000 }, (_, i) => `J${little(i * 8_192, 4)}N`).join('')}(tNu`),
      /a collection that holds no estimator/,
    ],
  ]),
  ...attacksOf('ESTIMATOR_MALFORMED', [
    [
      'one estimator in very many places',
      'memory: each place is loaded',
      () => pickle(manySteps(1_000)),
      /stands in more than 16 places/,
    ],
  ]),
];

/** A list of ten times the list before, over and over. */
function laughs(levels: number): string {
  let made = `${list(text('ha'))}q\0`;
  for (let level = 1; level <= levels; level++) {
    made += `0](${`h${String.fromCharCode(level - 1)}`.repeat(10)}eq${String.fromCharCode(level)}`;
  }
  return made;
}

function manySteps(count: number): string {
  const scaler = `${object(global('sklearn.preprocessing._data', 'Normalizer'), { norm: text('l2') })}q\x07`;
  const steps = Array.from({ length: count }, (_, i) => tuple(text(`s${i}`), 'h\x07')).join('');
  const state = `}(${text('steps')}](${steps}e${text('_sklearn_version')}${text('1.9.1')}u`;
  return `${scaler}0${global('sklearn.pipeline', 'Pipeline')})\x81${state}b`;
}
