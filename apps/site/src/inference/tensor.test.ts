import type { Datatype } from '@chamfer/contracts';
import { describe, expect, test } from 'vitest';
import { SiteError } from '../errors.ts';
import {
  ARRAYS,
  makeTensor,
  matchInputs,
  requireOutputs,
  type Tensor,
  type TensorOf,
  toFloat64,
} from './tensor.ts';

const SIGNATURES = [
  { name: 'size', datatype: 'FP64' as const, shape: [-1, 2] },
  { name: 'kind', datatype: 'BYTES' as const, shape: [-1] },
];

const SIZE = makeTensor('size', 'FP64', [1, 2], new Float64Array([3, 4]));
const KIND = makeTensor('kind', 'BYTES', [1], ['bolt']);

function refusalOf(inputs: readonly Tensor[], anyNumeric = false): SiteError {
  try {
    matchInputs(inputs, SIGNATURES, { anyNumeric });
  } catch (error) {
    if (error instanceof SiteError) return error;
    throw error;
  }
  throw new Error('The inputs were taken.');
}

describe('inputs', () => {
  test('come in the order of the signature', () => {
    expect(matchInputs([KIND, SIZE], SIGNATURES)).toEqual([SIZE, KIND]);
  });

  test.each<[string, readonly Tensor[], string, RegExp]>([
    ['a missing one', [SIZE], 'inputs', /"kind" is missing; the inputs are size, kind/],
    ['an unknown one', [SIZE, KIND, { ...KIND, name: 'colour' }], 'inputs[2].name', /no input "colour"/],
    ['one given twice', [SIZE, KIND, KIND], 'inputs[2].name', /"kind" is given twice/],
    ['another width', [{ ...SIZE, shape: [1, 3] }, KIND], 'inputs[0].shape', /\[1,3\].*\[-1,2\]/],
    ['another rank', [{ ...SIZE, shape: [2] }, KIND], 'inputs[0].shape', /\[2\]/],
    [
      'another datatype',
      [makeTensor('size', 'FP32', [1, 2], new Float32Array(2)), KIND],
      'inputs[0].datatype',
      /is FP32; this model takes FP64/,
    ],
  ])('%s is refused', (_, inputs, path, message) => {
    const error = refusalOf(inputs);
    expect(error).toMatchObject({ code: 'INPUT_INVALID', path });
    expect(error.message).toMatch(message);
  });

  test('any numbers can stand for numbers, but no text', () => {
    const numbers = makeTensor('size', 'UINT8', [1, 2], new Uint8Array(2));
    expect(matchInputs([numbers, KIND], SIGNATURES, { anyNumeric: true })).toEqual([numbers, KIND]);
    expect(refusalOf([{ ...KIND, name: 'size', shape: [1, 2] }, KIND], true).path).toBe('inputs[0].datatype');
    expect(refusalOf([SIZE, { ...SIZE, name: 'kind', shape: [1] }], true).path).toBe('inputs[1].datatype');
  });
});

test('an output that is none is named, with those there are', () => {
  expect(() => requireOutputs(['size'], SIGNATURES)).not.toThrow();
  expect(() => requireOutputs(['size', 'colour'], SIGNATURES)).toThrow(/no output "colour".*size, kind/);
});

test.each(Object.entries(ARRAYS))('%s becomes the nearest doubles', (datatype, array) => {
  const data = new array(2);
  data.set((datatype.includes('INT64') ? [1n, 100n] : [1, 100]) as never);
  const tensor = makeTensor('x', datatype as Datatype, [2], data) as TensorOf<'FP64'>;
  expect(toFloat64(tensor)).toEqual(new Float64Array([1, 100]));
});

test('an integer that no double holds becomes the nearest one', () => {
  const tensor = makeTensor('x', 'INT64', [1], new BigInt64Array([2n ** 53n + 1n])) as TensorOf<'INT64'>;
  expect(toFloat64(tensor)[0]).toBe(2 ** 53);
});
