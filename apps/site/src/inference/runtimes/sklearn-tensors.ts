/**
 * A scikit-learn model as named tensors: one input, `inputs`, of rows of any numeric datatype, or where rows are a
 * table one input a column; an output for each method, `method.part` where a method answers several arrays. Refuses
 * what the methods refuse.
 */
import type {
  ColumnSignature,
  Datatype,
  MethodOutput,
  ModelSignature,
  TensorSignature,
} from '@chamfer/contracts';
import {
  type Column,
  type Label,
  type Matrix,
  type MethodName,
  type Output,
  readRows,
  rowShapeOf,
  type SklearnModel,
  Table,
} from '@chamfer/sklearn';
import { SiteError } from '../../errors.ts';
import type { InferOptions, RowTensors } from '../runtime-model.ts';
import {
  makeTensor,
  matchInputs,
  requireOutputs,
  type Tensor,
  type TensorInterface,
  type TensorOf,
  toFloat64,
  toText,
} from '../tensor.ts';

export function toTensorInterface(signature: ModelSignature): TensorInterface {
  const { input, methods } = signature;
  if (signature.rows === 'table' && signature.columnKinds !== undefined) {
    return {
      inputs: signature.columnKinds.map((kind, j) => columnTensor(kind, input.columns?.[j] ?? `column_${j}`)),
      outputs: Object.values(methods).flatMap(outputsOf),
    };
  }
  // One width does for all methods, or each method checks its own.
  const isOneWidth = Object.values(methods).every(({ inputColumns }) => inputColumns === undefined);
  return {
    inputs: [isOneWidth ? input : { ...input, shape: [-1, -1] }],
    outputs: Object.values(methods).flatMap(outputsOf),
  };
}

/** Without a choice of outputs the default method answers, as it does for `POST /predict`. */
export function inferWithSklearn(
  model: SklearnModel,
  signature: ModelSignature,
  tensors: TensorInterface,
  inputs: readonly Tensor[],
  { outputs }: InferOptions,
): Tensor[] {
  const X = toRows(model, signature, tensors, inputs);
  if (outputs !== null) requireOutputs(outputs, tensors.outputs);
  const names = outputs ?? outputsOf(signature.methods[signature.defaultMethod]!).map(({ name }) => name);
  const computed = new Map<string, Tensor>();
  return names.map((name) => {
    if (!computed.has(name)) {
      const method = methodOf(name);
      for (const tensor of toTensors(model.run(method, X), signature.methods[method]!)) {
        computed.set(tensor.name, tensor);
      }
    }
    return computed.get(name)!;
  });
}

export function createRowTensors(
  model: SklearnModel,
  signature: ModelSignature,
  tensors: TensorInterface,
): RowTensors | undefined {
  if (model.signature.rows !== 'numbers') return undefined;
  return {
    toRows(inputs, outputs) {
      const [name = signature.defaultMethod, ...others] = outputs ?? [];
      const method = methodOf(name);
      if (others.some((other) => methodOf(other) !== method)) return null;
      return { method, X: toRows(model, signature, tensors, inputs) };
    },
    toTensors(method, answer, outputs) {
      const computed = toTensors(answer, signature.methods[method]!);
      return outputs?.map((name) => computed.find((tensor) => tensor.name === name)!) ?? computed;
    },
  };
}

/** Of an output: `method`, or `method.part`. */
function methodOf(output: string): MethodName {
  return output.split('.', 1)[0] as MethodName;
}

function columnTensor({ kind, categories }: ColumnSignature, name: string): TensorSignature {
  const isNumbers =
    kind === 'number' || (kind === 'category' && categories?.every((one) => typeof one === 'number'));
  return { name, datatype: isNumbers ? 'FP64' : 'BYTES', shape: [-1] };
}

/** Rows of the model out of its inputs: a matrix, a table of columns, or one text (JSON, where it is no text) a row. */
function toRows(
  model: SklearnModel,
  signature: ModelSignature,
  tensors: TensorInterface,
  inputs: readonly Tensor[],
): Matrix {
  const { rows } = model.signature;
  if (rows === 'numbers') {
    const [input] = matchInputs(inputs, tensors.inputs, { anyNumeric: true }) as [TensorOf<'FP64'>];
    return { data: toFloat64(input), rows: input.shape[0]!, columns: input.shape[1]! };
  }
  const shape = rowShapeOf(model.signature, signature.defaultMethod as MethodName);
  if (rows !== 'table' || signature.columnKinds === undefined) {
    const [input] = matchInputs(inputs, tensors.inputs) as [TensorOf<'BYTES'>];
    const values = input.data.map(toText);
    return readRows(rows === 'text' || rows === 'label' ? values : values.map(parseRow), shape);
  }
  return toTable(signature.columnKinds, tensors.inputs, inputs);
}

function parseRow(text: string, index: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const what = `Row ${index} is no JSON; send one JSON text a row.`;
    throw new SiteError('INPUT_INVALID', what, { path: `inputs[0].data[${index}]`, cause });
  }
}

/** A column that nothing looks at may be left out; one that is taken as it comes may be numbers or text. */
function toTable(
  kinds: readonly ColumnSignature[],
  signatures: readonly TensorSignature[],
  inputs: readonly Tensor[],
): Table {
  const given = new Map(inputs.map((input) => [input.name, input]));
  const stated = signatures.flatMap((signature, j) => {
    const input = given.get(signature.name);
    const { kind } = kinds[j]!;
    if (input === undefined && kind === 'unused') return [];
    const isFree = kind === 'any' || kind === 'unused';
    return [{ ...signature, ...(isFree && input !== undefined && { datatype: input.datatype }) }];
  });
  const matched = matchInputs(inputs.map(asColumn), stated, { anyNumeric: true });
  const count = matched[0]?.shape[0] ?? 0;
  const uneven = matched.find(({ shape }) => shape[0] !== count);
  if (uneven !== undefined) {
    const what = `The input ${JSON.stringify(uneven.name)} has ${uneven.shape[0]} rows, the first one ${count}.`;
    throw new SiteError('INPUT_INVALID', what, { path: 'inputs' });
  }
  const byName = new Map(matched.map((tensor) => [tensor.name, tensor]));
  return new Table(
    count,
    signatures.map(({ name }): Column => {
      const tensor = byName.get(name);
      if (tensor === undefined) return new Array<null>(count).fill(null);
      return tensor.datatype === 'BYTES' ? tensor.data.map(toText) : toFloat64(tensor);
    }),
  );
}

/** Clients of data frames send columns of one column. */
function asColumn(input: Tensor): Tensor {
  return input.shape.length === 2 && input.shape[1] === 1 ? { ...input, shape: [input.shape[0]!] } : input;
}

function outputsOf(output: MethodOutput): TensorSignature[] {
  const { name, datatype, shape, parts } = output;
  if (parts === undefined) return [{ name, datatype, shape }];
  return parts.map((part) => ({ ...part, name: `${name}.${part.name}` }));
}

function toTensors(answer: Output, output: MethodOutput): Tensor[] {
  const items = answer.kind === 'list' ? answer.items : [answer];
  return outputsOf(output).map(({ name, datatype }, at) => toTensor(items[at]!, name, datatype));
}

function toTensor(answer: Output, name: string, datatype: Datatype): Tensor {
  if (answer.kind === 'list') throw new TypeError(`${name} is a list in a list.`);
  const { shape } = answer;
  if (answer.kind === 'labels' && answer.values.some((value) => typeof value === 'string')) {
    // A transformer that passes text on answers text, whatever it answers most of the time.
    return makeTensor(
      name,
      'BYTES',
      shape,
      answer.values.map((value) => (value === null ? '' : String(value))),
    );
  }
  const values: ArrayLike<Label | null> & Iterable<Label | null> =
    answer.kind === 'numbers' ? answer.data : answer.values;
  switch (datatype) {
    case 'INT64':
      return makeTensor(name, datatype, shape, toInt64(values));
    case 'BOOL':
      return makeTensor(name, datatype, shape, Uint8Array.from(values, Number));
    case 'BYTES':
      return makeTensor(name, datatype, shape, Array.from(values, String));
    default: {
      const data = values instanceof Float64Array ? values : Float64Array.from(values, Number);
      return makeTensor(name, 'FP64', shape, data);
    }
  }
}

/** Labels are mostly small integers: those need no big integers, which are dear. */
function toInt64(values: ArrayLike<Label | null>): BigInt64Array {
  const data = new BigInt64Array(values.length);
  const halves = new Int32Array(data.buffer);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (typeof value === 'number' && value === (value | 0)) {
      halves[2 * at] = value;
      halves[2 * at + 1] = value >> 31;
    } else {
      data[at] = BigInt(value);
    }
  }
  return data;
}
