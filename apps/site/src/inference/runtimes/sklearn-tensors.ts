/**
 * A scikit-learn model as named tensors: one input, `inputs`, of rows of any numeric datatype; an output for each
 * method, `method.part` where a method answers several arrays. Refuses what the methods refuse.
 */
import type { Datatype, MethodOutput, ModelSignature, TensorSignature } from '@chamfer/contracts';
import type { Label, MethodName, Output, SklearnModel } from '@chamfer/sklearn';
import type { InferOptions } from '../runtime-model.ts';
import {
  makeTensor,
  matchInputs,
  requireOutputs,
  type Tensor,
  type TensorInterface,
  type TensorOf,
  toFloat64,
} from '../tensor.ts';

export function toTensorInterface({ input, methods }: ModelSignature): TensorInterface {
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
  const [input] = matchInputs(inputs, tensors.inputs, { anyNumeric: true }) as [TensorOf<'FP64'>];
  const X = { data: toFloat64(input), rows: input.shape[0]!, columns: input.shape[1]! };
  if (outputs !== null) requireOutputs(outputs, tensors.outputs);
  const names = outputs ?? outputsOf(signature.methods[signature.defaultMethod]!).map(({ name }) => name);
  const computed = new Map<string, Tensor>();
  return names.map((name) => {
    if (!computed.has(name)) {
      const method = name.split('.', 1)[0] as MethodName;
      for (const tensor of toTensors(model.run(method, X), signature.methods[method]!)) {
        computed.set(tensor.name, tensor);
      }
    }
    return computed.get(name)!;
  });
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
  const values: ArrayLike<Label> & Iterable<Label> = answer.kind === 'numbers' ? answer.data : answer.values;
  switch (datatype) {
    case 'INT64':
      return makeTensor(name, datatype, shape, BigInt64Array.from(values, BigInt));
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
