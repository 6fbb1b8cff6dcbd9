/** KernelRidge: kernels of a row with the training rows, weighted and summed. Refuses kernels that are functions. */
import type { EstimatorDefinition } from '../definition.ts';
import { multiplyRows, transpose } from '../linear-algebra.ts';
import { type Fill, numberPerRow, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { kernelSums } from './kernel-sums.ts';
import { KERNEL_NAMES, type Kernel, pairwiseKernel } from './pairwise-kernels.ts';

export const KERNEL_RIDGE: EstimatorDefinition = {
  className: 'KernelRidge',
  module: 'sklearn.kernel_ridge',
  load: (state) => {
    const name = state.choice('kernel', [...KERNEL_NAMES, 'precomputed']);
    const { data: coef, shape } = state.attribute('dual_coef_').array();
    if (shape.length !== 1 && shape.length !== 2)
      throw state.attribute('dual_coef_').malformed('a vector or a matrix');
    const [count = 0, outputs = 1] = shape;
    const weights = shape.length === 1 ? coef : transpose(coef, count, outputs);
    const isPrecomputed = name === 'precomputed';
    // Of a precomputed kernel these are its values, a column for each training row.
    const rows = state.attribute('X_fit_').matrix({ rows: count });
    const columns = state.columns(rows.columns);
    const fill: Fill = isPrecomputed
      ? (X, out) => multiplyRows(X, weights, outputs, null, out)
      : kernelSums(readKernel(state, name, columns), rows, weights, outputs);
    const predict = shape.length === 1 ? numberPerRow(fill) : numbersPerRow(outputs, fill);
    return state.fitted({ columns, accepts: 'finite', methods: { predict } });
  },
};

function readKernel(state: ObjectState, name: (typeof KERNEL_NAMES)[number], columns: number): Kernel {
  return pairwiseKernel(name, {
    gamma: state.optional('gamma')?.number() ?? null,
    degree: state.attribute('degree').number(),
    coef0: state.attribute('coef0').number(),
    columns,
  });
}
