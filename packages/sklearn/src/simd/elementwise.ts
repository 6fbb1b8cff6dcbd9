/** Functions of many numbers by the kernels, a block at a time. Leaves to TypeScript what is not worth the copying. */
import { openKernels } from './kernels.ts';
import { FACTOR_ADDRESS, OUT_ADDRESS } from './layout.ts';

const BYTES = 8;
/** Of fewer numbers copying takes longer than it saves. */
const NUMBERS_MIN = 64;
/** As many stay in the nearest cache. */
const BLOCK = 2_048;

/** Whether it was done: `values` in place. */
export function transformInKernel(
  name: 'exponentiate' | 'hyperbolicTangent' | 'rectify',
  values: Float64Array,
  factor = 1,
): boolean {
  if (values.length < NUMBERS_MIN) return false;
  const kernels = openKernels();
  if (kernels === null) return false;
  const { numbers } = kernels;
  const from = OUT_ADDRESS / BYTES;
  numbers[FACTOR_ADDRESS / BYTES] = factor;
  for (let first = 0; first < values.length; first += BLOCK) {
    const block = values.subarray(first, first + BLOCK);
    numbers.set(block, from);
    kernels[name](OUT_ADDRESS, OUT_ADDRESS + block.length * BYTES);
    values.set(numbers.subarray(from, from + block.length), first);
  }
  return true;
}
