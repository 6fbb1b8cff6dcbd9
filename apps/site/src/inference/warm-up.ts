/** The smallest call that a model could be sent: what a model is warmed up and measured with. */
import type { RuntimeModel } from './runtime-model.ts';
import { ARRAYS, elementsOf, makeTensor, type Tensor } from './tensor.ts';

/** Zeros and empty strings, one wherever the model leaves a size open. */
function smallestInputs({ tensors }: RuntimeModel): Tensor[] {
  return tensors.inputs.map(({ name, datatype, shape }) => {
    const sizes = shape.map((size) => (size === -1 ? 1 : size));
    const count = elementsOf(sizes);
    const data = datatype === 'BYTES' ? new Array<string>(count).fill('') : new ARRAYS[datatype](count);
    return makeTensor(name, datatype, sizes, data);
  });
}

/** Runs a model once. It may refuse zeros: what it was asked for is to have been there. */
export async function warmUp(model: RuntimeModel): Promise<void> {
  // Another server has its own ways.
  if (model.runsElsewhere === true) return;
  try {
    await model.infer(smallestInputs(model), { outputs: null });
  } catch {
    // Its callers will be told the same, with their own values.
  }
}
