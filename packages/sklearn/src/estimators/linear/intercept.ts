/** The intercept of linear models: one number for each output, or one for all (0.0 without an intercept). */
import type { ObjectState } from '../object-state.ts';

export function readIntercept(state: ObjectState, outputs: number): Float64Array {
  const intercept = state.attribute('intercept_');
  if (intercept.shape().length === 0) return new Float64Array(outputs).fill(intercept.number());
  return intercept.vector(outputs);
}
