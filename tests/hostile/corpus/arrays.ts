/** Arrays that lie about their shape, type, size or order, in pickles and in joblib's raw form. */
import { type Attack, attacksOf } from './attack.ts';
import {
  bool,
  bytes,
  call,
  dict,
  dtype,
  global,
  int,
  list,
  NONE,
  object,
  pickle,
  rawArray,
  text,
  tuple,
} from './pickle-writer.ts';

const BYTES_24 = '\0'.repeat(24);
const NDARRAY = global('numpy', 'ndarray');
const EMPTY = call(global('numpy._core.multiarray', '_reconstruct'), NDARRAY, tuple(int(0)), bytes('b'));

function filled(...state: readonly string[]): string {
  return pickle(`${EMPTY}${tuple(...state)}b`);
}

/** joblib's note, and the bytes that follow it. */
function joblib(note: Readonly<Record<string, string>>, raw: string): string {
  const whole = { subclass: NDARRAY, shape: tuple(int(3)), order: text('C'), dtype: dtype('f8'), ...note };
  return pickle(`${object(global('joblib.numpy_pickle', 'NumpyArrayWrapper'), whole)}${raw}`);
}

const IN_PICKLES = attacksOf('PICKLE_MALFORMED', [
  [
    'too few bytes',
    'reads past the end',
    () => pickle(rawArray(dtype('f8'), [4], BYTES_24)),
    /shape \(4\) and type f8 needs 32 bytes, the file has 24/,
  ],
  [
    'too many bytes',
    'hides data',
    () => pickle(rawArray(dtype('f8'), [2], BYTES_24)),
    /needs 16 bytes, the file has 24/,
  ],
  [
    'a negative length',
    'overflows the size',
    () => pickle(rawArray(dtype('f8'), [-3], BYTES_24)),
    /impossible shape/,
  ],
  [
    'two negative lengths',
    'their product looks sound',
    () => pickle(rawArray(dtype('f8'), [-1, -3], BYTES_24)),
    /impossible shape/,
  ],
  [
    'a fraction as length',
    'overflows the size',
    () =>
      pickle(
        call(
          global('numpy._core.numeric', '_frombuffer'),
          bytes(BYTES_24),
          dtype('f8'),
          tuple('G\x3f\xf8\0\0\0\0\0\0'),
          text('C'),
        ),
      ),
    /impossible shape/,
  ],
  [
    'a text as length',
    'confuses two types',
    () =>
      pickle(
        call(
          global('numpy._core.numeric', '_frombuffer'),
          bytes(BYTES_24),
          dtype('f8'),
          tuple(text('3')),
          text('C'),
        ),
      ),
    /impossible shape/,
  ],
  [
    'very many axes',
    'recursion',
    () => pickle(rawArray(dtype('f8'), new Array<number>(200).fill(1), '\0'.repeat(8))),
    /200 axes/,
  ],
  [
    'an unknown order',
    'reads the numbers crosswise',
    () =>
      pickle(
        call(
          global('numpy._core.numeric', '_frombuffer'),
          bytes(BYTES_24),
          dtype('f8'),
          tuple(int(3)),
          text('Z'),
        ),
      ),
    /unknown order of its elements/,
  ],
  [
    'an axis order with an axis twice',
    'reads past the end',
    () =>
      pickle(
        call(
          global('numpy._core.numeric', '_frombuffer'),
          bytes(BYTES_24),
          dtype('f8'),
          tuple(int(3), int(1)),
          text('K'),
          tuple(int(0), int(0)),
        ),
      ),
    /impossible order of its axes/,
  ],
  [
    'no bytes at all',
    'confuses two types',
    () =>
      pickle(
        call(global('numpy._core.numeric', '_frombuffer'), int(5), dtype('f8'), tuple(int(3)), text('C')),
      ),
    /has no bytes/,
  ],
  [
    'something else than a dtype',
    'confuses two types',
    () =>
      pickle(
        call(
          global('numpy._core.numeric', '_frombuffer'),
          bytes(BYTES_24),
          text('f8'),
          tuple(int(3)),
          text('C'),
        ),
      ),
    /something else than a dtype/,
  ],
  [
    'an object array of raw bytes',
    'pointers of another process',
    () => filled(int(1), tuple(int(3)), dtype('O8'), bool(false), bytes(BYTES_24)),
    /does not have 3 elements/,
  ],
  [
    'an object array with too few items',
    'reads past the end',
    () => filled(int(1), tuple(int(3)), dtype('O8'), bool(false), list(NONE)),
    /does not have 3 elements/,
  ],
  [
    'a state of another version',
    'an unknown layout',
    () => filled(int(9), tuple(int(3)), dtype('f8'), bool(false), bytes(BYTES_24)),
    /unknown layout/,
  ],
  [
    'an array that is filled twice',
    'changes after it was checked',
    () =>
      pickle(
        `${EMPTY}${tuple(int(1), tuple(int(3)), dtype('f8'), bool(false), bytes(BYTES_24)).repeat(1)}b${tuple(int(1), tuple(int(3)), dtype('f8'), bool(false), bytes(BYTES_24))}b`,
      ),
    /filled twice/,
  ],
  [
    'a dtype without byte order',
    'reads the numbers backwards',
    () =>
      pickle(
        rawArray(
          `${dtype('f8')}${tuple(int(3), text('?'), NONE, NONE, NONE, int(-1), int(-1), int(0))}b`,
          [3],
          BYTES_24,
        ),
      ),
    /no byte order/,
  ],
  [
    'a dtype in a dtype without end',
    'recursion',
    () => pickle(rawArray(nestedDtype(40), [3], BYTES_24)),
    /nested too deep/,
  ],
  [
    'a field outside its structure',
    'reads past the end',
    () => pickle(rawArray(structureWithOffset(1_000), [3], BYTES_24)),
    /field|offset|does not fit|outside/i,
  ],
  [
    'a field before its structure',
    'reads before the start',
    () => pickle(rawArray(structureWithOffset(-8), [3], BYTES_24)),
    /field|offset|does not fit|outside/i,
  ],
  [
    'a sub-array as dtype',
    'overflows the size',
    () =>
      pickle(
        rawArray(
          `${dtype('V24')}${tuple(int(3), text('|'), tuple(dtype('f8'), tuple(int(3))), NONE, NONE, int(24), int(8), int(0))}b`,
          [1],
          BYTES_24,
        ),
      ),
    /sub-array as its dtype/,
  ],
]);

const UNSUPPORTED = attacksOf('ARRAY_UNSUPPORTED', [
  [
    'a type that NumPy does not have',
    'an unknown width',
    () => pickle(rawArray(dtype('q9'), [3], BYTES_24)),
    /q9/,
  ],
  [
    'floats of 16 bytes',
    'differ from machine to machine',
    () => pickle(rawArray(dtype('f16'), [1], '\0'.repeat(16))),
    /f16/,
  ],
  [
    'an array of a listed class that is none',
    'state that means something else',
    () =>
      pickle(
        call(
          global('numpy._core.multiarray', '_reconstruct'),
          global('numpy', 'dtype'),
          tuple(int(0)),
          bytes('b'),
        ),
      ),
    /Arrays of class numpy\.dtype cannot be read/,
  ],
  [
    'an array in a file of its own',
    'joblib before 0.10',
    () =>
      pickle(
        object(global('joblib.numpy_pickle', 'NDArrayWrapper'), {
          filename: text('model.pkl_01.npy'),
          subclass: NDARRAY,
        }),
      ),
    /stand in "model\.pkl_01\.npy" beside this file.*save it again/,
  ],
  [
    'a compressed array in a file of its own',
    'joblib before 0.10',
    () =>
      pickle(
        object(global('sklearn.externals.joblib.numpy_pickle', 'ZNDArrayWrapper'), {
          filename: text('model.pkl_01.npy.z'),
        }),
      ),
    /model\.pkl_01\.npy\.z/,
  ],
]);

const IN_JOBLIB = attacksOf('PICKLE_MALFORMED', [
  [
    'joblib: bytes cut short',
    'a copy that was cut',
    () => joblib({}, BYTES_24.slice(0, 10)).slice(0, -1),
    /24 more bytes were announced, 10 are left/,
  ],
  [
    'joblib: a padding longer than the file',
    'reads past the end',
    () => joblib({ numpy_array_alignment_bytes: int(16) }, '\xff'),
    /255 more bytes were announced/,
  ],
  [
    'joblib: no order',
    'reads the numbers crosswise',
    () => joblib({ order: NONE }, BYTES_24),
    /an array of no order/,
  ],
  [
    'joblib: an array in an object array',
    'recursion',
    () => joblib({ shape: tuple(int(1)), dtype: dtype('O8') }, joblib({}, BYTES_24)),
    /a raw array inside another|announces an object array/,
  ],
  [
    'joblib: another value than announced',
    'confuses two types',
    () => joblib({ shape: tuple(int(1)), dtype: dtype('O8') }, pickle(NONE)),
    /announces an object array, and another value follows/,
  ],
  [
    'joblib: an array inside a frame',
    'two readers see two streams',
    () => `\x80\x04\x95${'\xff\0\0\0\0\0\0\0'}${joblib({}, BYTES_24).slice(2).padEnd(255, '.')}`,
    /inside a frame/,
  ],
  [
    'joblib: more elements than bytes',
    'overflows the size',
    () => joblib({ shape: tuple(int(2 ** 30), int(2 ** 30)) }, BYTES_24),
    /impossible|more bytes were announced/,
  ],
  [
    'joblib: a note that is no dict',
    'confuses two types',
    () => pickle(`${global('joblib.numpy_pickle', 'NumpyArrayWrapper')})\x81${list()}b`),
    /no order/,
  ],
]);

/** A structure in a structure, so many deep. */
function nestedDtype(levels: number): string {
  let inner = dtype('f8');
  for (let level = 0; level < levels; level++) {
    const fields = dict({ a: tuple(inner, int(0)) });
    inner = `${dtype('V8')}${tuple(int(3), text('|'), NONE, tuple(text('a')), fields, int(8), int(1), int(16))}b`;
  }
  return inner;
}

function structureWithOffset(offset: number): string {
  const fields = dict({ a: tuple(dtype('f8'), int(offset)) });
  return `${dtype('V8')}${tuple(int(3), text('|'), NONE, tuple(text('a')), fields, int(8), int(1), int(16))}b`;
}

export const ARRAYS: readonly Attack[] = [...IN_PICKLES, ...UNSUPPORTED, ...IN_JOBLIB];
