/**
 * What all support vector machines of libsvm keep: support vectors, coefficients and a kernel. Refuses kernels
 * that are functions, and models of sparse rows.
 */
import type { Matrix } from '../../model.ts';
import { visitKernelBlocks } from '../kernels/kernel-sums.ts';
import { type Kernel, linear, polynomial, radial, sigmoid } from '../kernels/pairwise-kernels.ts';
import type { ObjectState } from '../object-state.ts';

export interface SupportVectors {
  readonly columns: number;
  readonly count: number;
  /**
   * Calls `visit` for each row of X with the row's number, and the kernel's values with all support vectors,
   * which stand in `values` from `start` on.
   */
  readonly forEachRow: (X: Matrix, visit: (row: number, values: Float64Array, start: number) => void) => void;
  /** The vectors themselves where the kernel is their product with a row: sums of them can be taken beforehand. */
  readonly linear: Matrix | null;
}

/** `count` support vectors, as many as the coefficients say. */
export function readSupportVectors(state: ObjectState, count: number): SupportVectors {
  if (state.has('_sparse')) state.choice('_sparse', [false]);
  const name = state.choice('kernel', ['rbf', 'linear', 'poly', 'sigmoid', 'precomputed']);
  if (name === 'precomputed') return readPrecomputed(state, count);
  const attribute = state.attribute('support_vectors_');
  const vectors = attribute.matrix({ rows: count });
  const columns = state.columns(vectors.columns);
  const kernel = readKernel(state, name);
  return {
    columns,
    count,
    forEachRow: (X, visit) =>
      visitKernelBlocks(X, vectors, kernel, ({ data, rows }, _, first) => {
        for (let i = 0; i < rows; i++) visit(first + i, data, i * count);
      }),
    linear: name === 'linear' ? vectors : null,
  };
}

function readKernel(state: ObjectState, name: 'rbf' | 'linear' | 'poly' | 'sigmoid'): Kernel {
  if (name === 'linear') return linear;
  const gamma = state.attribute('_gamma').number();
  if (name === 'rbf') return radial(gamma);
  const coef0 = state.attribute('coef0').number();
  if (name === 'sigmoid') return sigmoid(gamma, coef0);
  return polynomial(gamma, coef0, state.attribute('degree').integer(0));
}

/** A row holds its kernel's values with all training rows; those of the support vectors are taken out. */
function readPrecomputed(state: ObjectState, count: number): SupportVectors {
  const columns = state.columns();
  const support = state.attribute('support_').indices([count], 0, columns - 1);
  const values = new Float64Array(count);
  return {
    columns,
    count,
    forEachRow: (X, visit) => {
      for (let i = 0; i < X.rows; i++) {
        for (let j = 0; j < count; j++) values[j] = X.data[i * columns + support[j]!]!;
        visit(i, values, 0);
      }
    },
    linear: null,
  };
}
