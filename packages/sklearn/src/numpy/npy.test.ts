/** `.npy` files assembled by hand; those that NumPy wrote are in `pickle/fixtures.test.ts`. */
import { describe, expect, test } from 'vitest';
import type { NdArray } from '../pickle/value.ts';
import { encodeNpy, readNpy } from './npy.ts';

function npy(header: string, data: readonly number[] = [], version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length =
    version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.from([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    version,
    0,
    ...length,
    ...text,
    ...data,
  ]);
}

const header = (descr: string, shape: string, order = 'False'): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

test('encodeNpy writes version 1 with the data at a multiple of 64', () => {
  const array: NdArray = { kind: 'ndarray', dtype: 'f8', shape: [2, 1], data: Float64Array.of(1, -2) };
  const bytes = encodeNpy(array);
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 128));
  expect(bytes.length).toBe(128 + 16);
  expect(text.slice(10)).toBe(
    `${"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }".padEnd(117)}\n`,
  );
  expect(readNpy(bytes)).toEqual(array);
});

test.each<NdArray>([
  { kind: 'ndarray', dtype: 'b1', shape: [3], data: Uint8Array.of(1, 0, 1) },
  { kind: 'ndarray', dtype: 'i1', shape: [], data: Int8Array.of(-1) },
  { kind: 'ndarray', dtype: 'u8', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
  { kind: 'ndarray', dtype: 'f4', shape: [0, 3], data: new Float32Array(0) },
  { kind: 'ndarray', dtype: 'M8[ns]', shape: [1], data: BigInt64Array.of(-1n) },
])('$dtype $shape goes there and back', (array) => {
  expect(readNpy(encodeNpy(array))).toEqual(array);
});

test('encodeNpy refuses what has no plain bytes, or not as many as its shape', () => {
  const text: NdArray = { kind: 'ndarray', dtype: 'U1', shape: [1], data: ['a'] };
  const short: NdArray = { kind: 'ndarray', dtype: 'f8', shape: [2], data: Float64Array.of(1) };
  for (const array of [text, short]) {
    expect(() => encodeNpy(array)).toThrow(expect.objectContaining({ code: 'ARRAY_UNSUPPORTED' }));
  }
});

describe('headers', () => {
  test('versions 1, 2 and 3', () => {
    for (const version of [1, 2, 3]) {
      expect(readNpy(npy(header("'|u1'", '(2,)'), [7, 8], version)).data).toEqual(Uint8Array.of(7, 8));
    }
  });

  test('structured types: nested, with sub-arrays, padding and titles', () => {
    const descr = "[('a', '|u1'), ('', '|V1'), (('title', 'b'), [('c', '|i1', (2,))]), ('d', '<u2')]";
    const { data, shape } = readNpy(npy(header(descr, '(1,)'), [1, 9, 2, 254, 4, 5]));
    expect(shape).toEqual([1]);
    const fields = 'kind' in data ? data.fields : new Map();
    expect([...fields.keys()]).toEqual(['a', 'b', 'd']);
    expect(fields.get('b').data.fields.get('c')).toEqual({
      kind: 'ndarray',
      dtype: 'i1',
      shape: [1, 2],
      data: Int8Array.of(2, -2),
    });
    expect(fields.get('d').data).toEqual(Uint16Array.of(0x504));
  });

  test('Fortran order', () => {
    expect(readNpy(npy(header("'|u1'", '(2, 3)', 'True'), [0, 3, 1, 4, 2, 5])).data).toEqual(
      Uint8Array.of(0, 1, 2, 3, 4, 5),
    );
  });

  test.each([
    ['no magic', new Uint8Array(20), 'PICKLE_MALFORMED'],
    ['cut in the magic', npy('').slice(0, 5), 'PICKLE_MALFORMED'],
    ['cut in the header', npy(header("'<f8'", '(1,)')).slice(0, 30), 'PICKLE_MALFORMED'],
    ['an unknown version', npy(header("'<f8'", '()'), [], 4), 'ARRAY_UNSUPPORTED'],
    ['objects', npy(header("'|O'", '(1,)'), new Array(8).fill(0)), 'ARRAY_UNSUPPORTED'],
    [
      'objects in a structure',
      npy(header("[('a', '|O')]", '(1,)'), new Array(8).fill(0)),
      'ARRAY_UNSUPPORTED',
    ],
    ['long double', npy(header("'<f16'", '(1,)'), new Array(16).fill(0)), 'ARRAY_UNSUPPORTED'],
    ['too few data', npy(header("'<f8'", '(2,)'), [1, 2, 3]), 'PICKLE_MALFORMED'],
    ['a lying shape', npy(header("'<f8'", '(99999999999, 99999999)')), 'PICKLE_MALFORMED'],
    ['a negative shape', npy(header("'<f8'", '(-1,)')), 'PICKLE_MALFORMED'],
    ['too many data', npy(header("'|u1'", '(1,)'), [1, 2]), 'PICKLE_TRAILING_DATA'],
    ['no shape', npy("{'descr': '<f8', 'fortran_order': False}"), 'PICKLE_MALFORMED'],
    ['no order', npy("{'descr': '<f8', 'shape': ()}"), 'PICKLE_MALFORMED'],
    ['no type', npy("{'fortran_order': False, 'shape': ()}"), 'PICKLE_MALFORMED'],
    ['a key twice', npy("{'shape': (), 'shape': ()}"), 'PICKLE_MALFORMED'],
    ['an expression', npy("{'shape': f()}"), 'PICKLE_MALFORMED'],
    ['something after the dict', npy(`${header("'<f8'", '()').trimEnd()} 1`), 'PICKLE_MALFORMED'],
    ['no end', npy("{'shape': ("), 'PICKLE_MALFORMED'],
    ['deep nesting', npy('('.repeat(9_000)), 'PICKLE_MALFORMED'],
    ['a header too long', npy(' '.repeat(20_000)), 'PICKLE_MALFORMED'],
  ])('%s is refused', (_what, bytes, code) => {
    expect(() => readNpy(bytes)).toThrow(expect.objectContaining({ name: 'SklearnError', code }));
  });
});
