/**
 * ONNX models as `POST /predict` knows models: rows of numbers and methods. Models whose input is not one matrix of
 * numbers have no methods; they are asked with named tensors.
 */
import type { Datatype, ModelSignature } from '@chamfer/contracts';
import { SiteError } from '../../errors.ts';
import type { Matrix, MethodName, Output } from '../runtime-model.ts';
import {
  ARRAYS,
  makeTensor,
  type NumericData,
  type NumericDatatype,
  type Tensor,
  toText,
} from '../tensor.ts';
import type { OnnxTensor } from './onnx-session.ts';

const FLOATS: readonly Datatype[] = ['FP16', 'FP32', 'FP64'];

/** Which tensor each method answers. */
export type MethodTensors = Readonly<Partial<Record<MethodName, OnnxTensor>>>;

/**
 * `predict` is the first output. Of a classifier as converters write it (labels, then a column of probabilities a
 * class) the second is `predict_proba`.
 */
export function methodTensors(inputs: readonly OnnxTensor[], outputs: readonly OnnxTensor[]): MethodTensors {
  const [input, ...others] = inputs;
  const takesRows =
    input !== undefined &&
    others.length === 0 &&
    input.shape.length === 2 &&
    input.shape[0] === -1 &&
    input.datatype !== 'BYTES' &&
    input.datatype !== 'BOOL';
  if (!takesRows) return {};
  const [first, second] = outputs as readonly [OnnxTensor, OnnxTensor | undefined];
  const isClassifier =
    outputs.length === 2 &&
    (first.datatype === 'INT64' || first.datatype === 'BYTES') &&
    second!.shape.length === 2 &&
    FLOATS.includes(second!.datatype);
  return isClassifier ? { predict: first, predict_proba: second! } : { predict: first };
}

export function rowsSignature(inputs: readonly OnnxTensor[], methods: MethodTensors): ModelSignature {
  const [input] = inputs;
  const methodOutputs = Object.entries(methods).map(([method, output]) => [method, { ...output }]);
  return {
    input: input === undefined ? { name: 'inputs', datatype: 'FP64', shape: [] } : { ...input },
    methods: Object.fromEntries(methodOutputs),
    defaultMethod: 'predict',
  };
}

/** Rounds to the input's datatype; throws `INPUT_INVALID` for what an integer input cannot hold. */
export function rowsToTensor({ name, datatype }: OnnxTensor, { data, rows, columns }: Matrix): Tensor {
  const values = new ARRAYS[datatype as NumericDatatype](data.length);
  if (FLOATS.includes(datatype)) (values as Float64Array).set(data);
  else setIntegers(values, data, datatype, columns);
  return makeTensor(name, datatype, [rows, columns], values);
}

function setIntegers(values: NumericData, data: Float64Array, datatype: Datatype, columns: number): void {
  const isBig = values instanceof BigInt64Array || values instanceof BigUint64Array;
  for (const [at, value] of data.entries()) {
    if (Number.isSafeInteger(value)) {
      if (isBig) values[at] = BigInt(value);
      else values[at] = value;
    }
    if (Number(values[at]) === value) continue;
    const [row, column] = [Math.floor(at / columns), at % columns];
    const what = `Row ${row}, column ${column} is the number ${value}; this model takes ${datatype}.`;
    throw new SiteError('INPUT_INVALID', what, { path: `inputs[${row}][${column}]` });
  }
}

export function tensorToOutput(tensor: Tensor): Output {
  const { datatype, shape } = tensor;
  switch (datatype) {
    case 'BYTES':
      return { kind: 'labels', values: tensor.data.map(toText), shape };
    case 'BOOL':
      return { kind: 'labels', values: Array.from(tensor.data, (value) => value !== 0), shape };
    case 'INT64':
    case 'UINT64':
      return { kind: 'labels', values: Array.from(tensor.data), shape };
    default: {
      const data = tensor.data instanceof Float64Array ? tensor.data : Float64Array.from(tensor.data);
      return { kind: 'numbers', data, shape, integer: !FLOATS.includes(datatype) };
    }
  }
}
