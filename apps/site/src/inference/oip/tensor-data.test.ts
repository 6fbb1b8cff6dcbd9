import { DATATYPES, type Datatype } from '@chamfer/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SiteError } from '../../errors.ts';
import { ARRAYS, makeTensor, type Tensor, type TensorData } from '../tensor.ts';
import { decodeJsonData, encodeJsonData } from './json-tensor.ts';
import { decodeRaw, encodeRaw } from './raw-tensor.ts';

/** Any elements of a datatype; of `BYTES` text, as JSON has it. */
function elementsOfType(datatype: Datatype): fc.Arbitrary<TensorData> {
  if (datatype === 'BYTES') return fc.array(fc.string({ unit: 'grapheme' }));
  if (datatype === 'BOOL') return fc.uint8Array({ max: 1 });
  // Bytes are bits of any number: NaN and infinities among them.
  const array = ARRAYS[datatype];
  return fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 64 }).map((bytes) => {
    const whole = bytes.slice(0, bytes.length - (bytes.length % array.BYTES_PER_ELEMENT));
    return new array(Uint8Array.from(whole).buffer, 0, whole.length / array.BYTES_PER_ELEMENT);
  });
}

function textsOf({ data }: { readonly data: TensorData }): string[] {
  return Array.from(data as ArrayLike<unknown>, (one) =>
    one instanceof Uint8Array ? Buffer.from(one).toString() : Object.is(one, -0) ? '-0' : String(one),
  );
}

function refusalOf(run: () => unknown): SiteError {
  try {
    run();
  } catch (error) {
    if (error instanceof SiteError) return error;
    throw error;
  }
  throw new Error('It was taken.');
}

describe.each(DATATYPES)('%s', (datatype) => {
  const tensors = elementsOfType(datatype).map((data) => makeTensor('x', datatype, [data.length], data));

  test('comes back from its bytes, wherever they stand in memory', () => {
    const check = (tensor: Tensor, offset: number): void => {
      const bytes = encodeRaw(tensor);
      const moved = new Uint8Array(bytes.length + offset);
      moved.set(bytes, offset);
      const data = decodeRaw(datatype, tensor.data.length, moved.subarray(offset), 'inputs[0]');
      expect(textsOf({ data })).toEqual(textsOf(tensor));
    };
    fc.assert(fc.property(tensors, fc.integer({ min: 0, max: 8 }), check), { numRuns: 60 });
  });

  test('comes back from its JSON, except for the sign of zero', () => {
    const check = (tensor: Tensor): void => {
      const json: unknown = JSON.parse(encodeJsonData(tensor), (_key, value, { source } = {} as never) =>
        typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
          ? BigInt(source)
          : value,
      );
      const data = decodeJsonData(json, datatype, tensor.shape, 'inputs[0].data');
      const unsigned = (texts: string[]): string[] => texts.map((text) => (text === '-0' ? '0' : text));
      expect(unsigned(textsOf({ data }))).toEqual(unsigned(textsOf(tensor)));
    };
    fc.assert(fc.property(tensors, check), { numRuns: 60 });
  });
});

describe('JSON', () => {
  test('may be nested by the shape', () => {
    const nested = [
      [[1], [2]],
      [[3], [4]],
    ];
    expect(decodeJsonData(nested, 'FP32', [2, 2, 1], 'd')).toEqual(new Float32Array([1, 2, 3, 4]));
  });

  test.each<[string, unknown, Datatype, number[], RegExp]>([
    ['no array', 5, 'FP64', [1], /is no array/],
    ['too few', [1], 'FP64', [2], /has 1 elements; the shape \[2\] has 2/],
    ['ragged rows', [[1, 2, 3], [4]], 'FP64', [2, 2], /axis 1 stands an array of 3/],
    ['text for a number', ['1'], 'FP64', [1], /Element 0 .* the string "1"; send a number/],
    ['a number for text', [1], 'BYTES', [1], /the number 1; send a string/],
    ['a fraction for an integer', [0.5], 'INT8', [1], /INT8 takes integers/],
    ['an integer out of range', [256], 'UINT8', [1], /is 256, out of the range of UINT8/],
    ['a negative for an unsigned', [-1], 'UINT64', [1], /out of the range of UINT64/],
    ['a number too large for single precision', [1e39], 'FP32', [1], /too large for FP32/],
    ['a number for a truth', [1], 'BOOL', [1], /the number 1; send true or false/],
    ['null', [null], 'FP64', [1], /is null/],
  ])('%s is refused', (_, value, datatype, shape, words) => {
    const error = refusalOf(() => decodeJsonData(value, datatype, shape, 'inputs[0].data'));
    expect(error).toMatchObject({ code: 'INPUT_INVALID', path: 'inputs[0].data' });
    expect(error.message).toMatch(words);
  });

  test('bytes that are no text are refused, with what to do', () => {
    const tensor = makeTensor('x', 'BYTES', [1], [new Uint8Array([0xff])]);
    expect(refusalOf(() => encodeJsonData(tensor)).message).toMatch(/ask for it as binary data/);
  });
});

describe('bytes', () => {
  test.each<[string, Datatype, number, number[], RegExp]>([
    ['too few', 'FP64', 1, [0, 0], /has 2 bytes; 1 elements of FP64 need 8/],
    ['a truth that is neither', 'BOOL', 1, [2], /BOOL is 0 or 1/],
    ['a length beyond the end', 'BYTES', 1, [9, 0, 0, 0, 1], /too few bytes for element 0/],
    ['fewer elements', 'BYTES', 2, [4, 0, 0, 0, 1, 2, 3, 4], /only 1 elements/],
    ['more elements', 'BYTES', 0, [0, 0, 0, 0], /4 bytes too many/],
    ['a shape that no bytes fill', 'BYTES', 2 ** 40, [0, 0, 0, 0], /too few bytes/],
  ])('%s are refused', (_, datatype, elements, bytes, words) => {
    const error = refusalOf(() => decodeRaw(datatype, elements, Uint8Array.from(bytes), 'inputs[0]'));
    expect(error).toMatchObject({ code: 'INPUT_INVALID', path: 'inputs[0]' });
    expect(error.message).toMatch(words);
  });
});
