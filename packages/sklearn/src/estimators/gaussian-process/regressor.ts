/** GaussianProcessRegressor: the mean of the posterior, covariances with the training rows times `alpha_`. */
import type { EstimatorDefinition } from '../definition.ts';
import { kernelSums } from '../kernels/kernel-sums.ts';
import { transpose } from '../linear-algebra.ts';
import { type Fill, numberPerRow, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { KERNEL_PARTS, readCovariance } from './kernels.ts';

export const GAUSSIAN_PROCESS_REGRESSOR: EstimatorDefinition = {
  className: 'GaussianProcessRegressor',
  module: 'sklearn.gaussian_process._gpr',
  parts: KERNEL_PARTS,
  load: (state) => {
    const attribute = state.attribute('alpha_');
    const { data, shape } = attribute.array();
    if (shape.length !== 1 && shape.length !== 2) throw attribute.malformed('a vector or a matrix');
    const [count = 0, outputs = 1] = shape;
    const weights = shape.length === 1 ? data : transpose(data, count, outputs);
    const rows = state.attribute('X_train_').matrix({ rows: count });
    const columns = state.columns(rows.columns);
    const { between } = readCovariance(state.attribute('kernel_'), columns);
    const sums = kernelSums(between, rows, weights, outputs);
    const mean = readOfTargets(state, '_y_train_mean', outputs, 0);
    const deviation = readOfTargets(state, '_y_train_std', outputs, 1);
    const fill: Fill = (X, out) => {
      sums(X, out);
      for (let i = 0; i < out.length; i++) out[i] = deviation[i % outputs]! * out[i]! + mean[i % outputs]!;
    };
    // One target has one number a row, also where it was fitted as a matrix of one column.
    const predict = outputs === 1 ? numberPerRow(fill) : numbersPerRow(outputs, fill);
    return state.fitted({ columns, accepts: 'finite', methods: { predict } });
  },
};

/** One number for each target, or one for all; the deviations came with 0.23. */
function readOfTargets(state: ObjectState, name: string, outputs: number, absent: number): Float64Array {
  const attribute = state.optional(name);
  if (attribute === null) return new Float64Array(outputs).fill(absent);
  const shape = attribute.shape();
  if (shape.length === 0) return new Float64Array(outputs).fill(attribute.number());
  return shape[0] === 1 ? new Float64Array(outputs).fill(attribute.vector(1)[0]!) : attribute.vector(outputs);
}
