/** Raw bytes to arrays: byte order, alignment, widening, and who owns the memory. */
import { describe, expect, test } from 'vitest';
import { Meter, PICKLE_LIMITS } from '../pickle/limits.ts';
import type { NdArray } from '../pickle/value.ts';
import { decodeArray, widenFloat16 } from './decode-array.ts';
import { parseDtype, structuredDtype } from './dtype.ts';

const decode = (type: string, shape: number[], bytes: Uint8Array): NdArray =>
  decodeArray({
    dtype: parseDtype(type),
    shape,
    bytes,
    meter: new Meter(PICKLE_LIMITS, bytes.length),
    offsetBytes: 0,
  });

test('aligned numbers are viewed in place, others copied', () => {
  const buffer = new ArrayBuffer(24);
  new Float64Array(buffer).set([1, 2, 3]);
  const aligned = decode('<f8', [2], new Uint8Array(buffer, 8, 16)).data as Float64Array;
  expect(aligned).toEqual(Float64Array.of(2, 3));
  expect(aligned.buffer).toBe(buffer);
  const shifted = new Uint8Array(17);
  shifted.set(new Uint8Array(buffer, 8, 16), 1);
  const copied = decode('<f8', [2], shifted.subarray(1)).data as Float64Array;
  expect(copied).toEqual(aligned);
  expect(copied.buffer).not.toBe(shifted.buffer);
});

test('a swapped array leaves the file as it was', () => {
  const bytes = Uint8Array.of(0, 1, 0, 2);
  expect(decode('>u2', [2], bytes).data).toEqual(Uint16Array.of(1, 2));
  expect(bytes).toEqual(Uint8Array.of(0, 1, 0, 2));
});

test('every float16 is widened exactly', () => {
  const wrong: number[] = [];
  for (let bits = 0; bits < 0x8000; bits++) {
    const value = widenFloat16(bits);
    // Neighbours of one sign grow with their bits, and the highest bit is the sign.
    const grows = bits === 0 ? value === 0 : value > widenFloat16(bits - 1);
    if (bits <= 0x7c00 ? !grows : !Number.isNaN(value)) wrong.push(bits);
    if (!Object.is(widenFloat16(bits | 0x8000), -value)) wrong.push(bits | 0x8000);
  }
  expect(wrong).toEqual([]);
  expect([0x0001, 0x0400, 0x3c00, 0x3555, 0x7bff, 0x7c00].map(widenFloat16)).toEqual([
    2 ** -24,
    2 ** -14,
    1,
    0.333251953125,
    65504,
    Infinity,
  ]);
});

test('not a number keeps its bits on the way through a structure', () => {
  const bytes = Uint8Array.of(9, 1, 2, 3, 4, 5, 6, 0xf8, 0x7f);
  const dtype = structuredDtype([{ name: 'x', dtype: parseDtype('<f8'), offset: 1, shape: [] }], 9);
  const { data } = decodeArray({
    dtype,
    shape: [1],
    bytes,
    meter: new Meter(PICKLE_LIMITS, 9),
    offsetBytes: 0,
  });
  const column = 'kind' in data ? (data.fields.get('x')!.data as Float64Array) : new Float64Array(1);
  expect(new Uint8Array(column.buffer)).toEqual(bytes.slice(1));
});

describe('refusals', () => {
  test.each([
    ['too few bytes', '<f8', [2], 15, 'PICKLE_MALFORMED'],
    ['too many bytes', '<f8', [2], 17, 'PICKLE_MALFORMED'],
    ['objects as bytes', '|O', [1], 8, 'ARRAY_UNSUPPORTED'],
    ['an impossible shape', '<f8', [-1], 0, 'PICKLE_MALFORMED'],
  ])('%s', (_what, type, shape, length, code) => {
    expect(() => decode(type, shape, new Uint8Array(length))).toThrow(expect.objectContaining({ code }));
  });

  test('a boolean that is neither 0 nor 1', () => {
    expect(() => decode('|b1', [2], Uint8Array.of(1, 2))).toThrow(/neither 0 nor 1/);
  });

  test('a character beyond Unicode', () => {
    expect(() => decode('<U1', [1], Uint8Array.of(0, 0, 0x11, 0))).toThrow(/beyond Unicode/);
  });

  test('texts without bytes are counted all the same', () => {
    expect(decode('<U0', [3], new Uint8Array(0)).data).toEqual(['', '', '']);
    expect(() => decode('<U0', [2 ** 30], new Uint8Array(0))).toThrow(
      expect.objectContaining({ code: 'PICKLE_LIMIT_EXCEEDED' }),
    );
  });
});
