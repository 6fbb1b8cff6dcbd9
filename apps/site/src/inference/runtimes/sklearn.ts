/** Runs scikit-learn pickles and joblib files, evaluated by `@chamfer/sklearn`: nothing of the file is executed. */
import type { ColumnSignature, MethodOutput, ModelSignature, TensorSignature } from '@chamfer/contracts';
import {
  type ColumnKind,
  type Label,
  type MethodSignature,
  type ModelFile,
  readChain,
  readModel,
  rowShapeOf,
  type Signature,
  type SklearnModel,
} from '@chamfer/sklearn';
import type { RuntimeModel } from '../runtime-model.ts';
import { createRowTensors, inferWithSklearn, toTensorInterface } from './sklearn-tensors.ts';

/** Throws `SklearnError`. */
export async function readSklearnModel(bytes: Uint8Array): Promise<RuntimeModel> {
  return toRuntime(await readModel(bytes));
}

/** One model of several files, or of members of one. Throws `SklearnError`. */
export async function readSklearnChain(files: readonly ModelFile[]): Promise<RuntimeModel> {
  return toRuntime(await readChain(files));
}

function toRuntime(model: SklearnModel): RuntimeModel {
  const signature = toModelSignature(model.signature);
  const tensors = toTensorInterface(signature);
  return {
    className: model.className,
    writtenBy: model.sklearnVersion === null ? null : `scikit-learn ${model.sklearnVersion}`,
    signature,
    tensors,
    mayRunLong: model.iterates,
    joinsRows: model.joinsRows,
    rowShapeOf: (method) => rowShapeOf(model.signature, method),
    run: (method, X) => model.run(method, X),
    infer: (inputs, options) => inferWithSklearn(model, signature, tensors, inputs, options),
    rowTensors: createRowTensors(model, signature, tensors),
  };
}

/** What a lone predictor of thousands of columns is told apart by. */
const TRANSFORMED =
  'These columns come out of a vectorizer or another transformer that is not in this file; serve it before: --model vectorizer.pkl --then model.pkl.';

function toModelSignature(signature: Signature): ModelSignature {
  const { columns, columnNames, rows, columnKinds, classes, methods, defaultMethod, looksTransformed } =
    signature;
  const isNumbers = rows === 'numbers';
  const input: TensorSignature = {
    name: 'inputs',
    datatype: isNumbers ? 'FP64' : 'BYTES',
    shape: rows === 'numbers' || rows === 'table' ? [-1, columns ?? -1] : [-1],
  };
  if (columnNames !== null) input.columns = [...columnNames];
  if (looksTransformed) input.description = TRANSFORMED;
  const outputs = Object.entries(methods).map(([name, method]) => [name, toMethodOutput(name, method)]);
  const result: ModelSignature = { input, methods: Object.fromEntries(outputs), defaultMethod };
  if (rows !== 'numbers') result.rows = rows;
  if (columnKinds !== null) result.columnKinds = columnKinds.map(toJsonKind);
  if (classes !== null) result.classes = classes.map(toJsonLabel);
  return result;
}

function toMethodOutput(name: string, { shape, datatype, parts, columns }: MethodSignature): MethodOutput {
  const output: MethodOutput = { name, datatype, shape: [...shape] };
  if (parts !== undefined) output.parts = parts.map((part) => ({ ...part, shape: [...part.shape] }));
  if (columns !== undefined) output.inputColumns = columns;
  return output;
}

function toJsonKind({ kind, categories }: ColumnKind): ColumnSignature {
  if (categories === undefined) return { kind };
  return { kind, categories: categories.map((one) => (one === null ? null : toJsonLabel(one))) };
}

/** A label that a double cannot hold exactly is shown as its digits. */
function toJsonLabel(label: Label): string | number | boolean {
  if (typeof label === 'number' && !Number.isFinite(label)) return String(label);
  if (typeof label !== 'bigint') return label;
  const number = Number(label);
  return Number.isSafeInteger(number) ? number : String(label);
}
